using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Errors;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>
/// Waits for a job's end in slices, so that no grain call comes near its timeout and a lost silo costs one slice. When this front end stops
/// every wait is over: the client asks again, and another front end answers.
/// </summary>
internal sealed partial class JobWaiter(TimeProvider clock, IOptions<WaitingOptions> options, IHostApplicationLifetime lifetime, ILogger<JobWaiter> logger)
{
    /// <summary>How long <c>/runsync</c> and <c>/status-sync</c> wait unless told.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(90);

    /// <summary>A cluster that has just lost a silo is not asked more often than this.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>What a slice's answer may take on its way. Orleans itself would wait 30 seconds for one that was lost with its silo.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly TimeSpan _slice = options.Value.Slice;

    /// <summary>The job when it has ended or the wait is over; null if it is gone. Until a grain answers, it is as <paramref name="known"/>.</summary>
    public async Task<JobSnapshot?> WaitAsync(IJobGrain job, JobSnapshot known, TimeSpan wait, CancellationToken aborted)
    {
        var startedAt = clock.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        JobSnapshot? latest = known;
        while (latest is { IsTerminal: false } && wait - clock.GetElapsedTime(startedAt) is var remaining && remaining > TimeSpan.Zero)
        {
            try
            {
                var slice = Shorter(remaining, _slice);
                latest = await job.WaitForEndAsync(slice).WaitAsync(slice + Grace, clock, end.Token);
            }
            catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
            {
                return await LookAsync(job, latest);
            }
            catch (Exception exception) when (Outage.Is(exception))
            {
                LogSliceFailed(known.JobId, exception);
                if (wait - clock.GetElapsedTime(startedAt) is var left && left > TimeSpan.Zero)
                {
                    await Task.Delay(Shorter(left, Pause), clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }

        return latest;
    }

    private async Task<JobSnapshot?> LookAsync(IJobGrain job, JobSnapshot? known)
    {
        try
        {
            return await job.GetSnapshotAsync().WaitAsync(Grace, clock);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            LogLookFailed(exception);
            return known;
        }
    }

    public static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Information, Message = "A waiting request is answered with what was known when this front end was told to stop")]
    private partial void LogLookFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for job {JobId} goes on after a failed call")]
    private partial void LogSliceFailed(string jobId, Exception exception);
}
