using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Errors;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>Waits for a job's end in slices, so that no grain call comes near its timeout and a lost silo costs one slice.</summary>
internal sealed partial class JobWaiter(TimeProvider clock, IOptions<WaitingOptions> options, ILogger<JobWaiter> logger)
{
    /// <summary>How long <c>/runsync</c> and <c>/status-sync</c> wait unless told.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(90);

    // A cluster that has just lost a silo is not asked more often than this.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _slice = options.Value.Slice;

    /// <summary>The job when it has ended or the wait is over; null if it is gone. Until a grain answers, it is as <paramref name="known"/>.</summary>
    public async Task<JobSnapshot?> WaitAsync(IJobGrain job, JobSnapshot known, TimeSpan wait, RequestPermit? permit, CancellationToken aborted)
    {
        var startedAt = clock.GetTimestamp();
        JobSnapshot? latest = known;
        while (latest is { IsTerminal: false } && wait - clock.GetElapsedTime(startedAt) is var remaining && remaining > TimeSpan.Zero)
        {
            try
            {
                latest = await job.WaitForEndAsync(Shorter(remaining, _slice)).WaitAsync(aborted);
            }
            catch (Exception exception) when (Outage.Is(exception))
            {
                LogSliceFailed(known.JobId, exception);
                await Task.Delay(Shorter(remaining, Pause), clock, aborted);
            }

            permit?.Renew();
        }

        return latest;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for job {JobId} goes on after a failed call")]
    private partial void LogSliceFailed(string jobId, Exception exception);
}
