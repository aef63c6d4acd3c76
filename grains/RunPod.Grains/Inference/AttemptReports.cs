using System.Globalization;
using System.Text;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Inference;

/// <summary>Keeps reports below what one message between silos may be: a larger one would be refused, and the connection dropped, however often it is sent.</summary>
internal static class AttemptReports
{
    /// <summary>The report, or a failure with the reason in place of one that is too large.</summary>
    public static AttemptReport Bound(AttemptReport report, int maxBytes)
    {
        var bytes = (report.Output?.LongLength ?? 0) + (report.Error is { } error ? Encoding.UTF8.GetByteCount(error) : 0L);
        return bytes <= maxBytes
            ? report
            : new AttemptReport
            {
                Attempt = report.Attempt,
                Outcome = AttemptOutcome.Failed,
                Error = string.Create(CultureInfo.InvariantCulture, $"The attempt's result of {bytes} bytes is larger than the {maxBytes} bytes that can be reported. Return less, or return files."),
            };
    }
}
