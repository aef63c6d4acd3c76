using RunPod.Contracts.Jobs;
using RunPod.Grains.Inference;

namespace RunPod.Tests.Unit.Workers;

public sealed class AttemptReportsTests
{
    [Fact]
    public void Bound_ReportThatFits_IsTheSame()
    {
        var report = new AttemptReport { Attempt = 2, Outcome = AttemptOutcome.Succeeded, Output = new byte[100] };

        Assert.Same(report, AttemptReports.Bound(report, maxBytes: 100));
    }

    [Fact]
    public void Bound_TooLargeToSend_FailsWithTheReason()
    {
        // Two bytes each on the wire.
        var bound = AttemptReports.Bound(new AttemptReport { Attempt = 2, Outcome = AttemptOutcome.Failed, Error = new string('é', 60) }, maxBytes: 100);

        Assert.Equal((2, AttemptOutcome.Failed), (bound.Attempt, bound.Outcome));
        Assert.Contains("120 bytes is larger than the 100 bytes", bound.Error, StringComparison.Ordinal);
    }
}
