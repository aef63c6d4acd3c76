using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Inference;

/// <summary>
/// What an attempt tells its job. An outage must not cost a result, so a call is repeated while the lease is held; what no repetition helps
/// ends the job, or takes it out of its queue if it cannot even be written.
/// </summary>
internal sealed partial class AttemptRunner
{
    private const int TriesOfADefect = 5;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>Null: there is nothing to run.</summary>
    private async Task<AttemptStart?> BeginAsync(RunningAttempt attempt)
    {
        var assignment = attempt.Assignment;
        var request = new AttemptRequest { LeaseId = assignment.LeaseId, Worker = worker };
        AttemptDecision decision;
        try
        {
            // The slot does not wait longer than a lease lasts: the job waits as well in its queue, which hears of it with the next heartbeat.
            decision = await PersistAsync(() => services.Grains.Job(assignment.EndpointId, assignment.JobId).BeginAttemptAsync(request), attempt, atMost: services.Lease);
        }
        catch (Exception exception) when (!attempt.Abandoned.IsCancellationRequested && !AttemptFault.IsOutage(exception))
        {
            await SetAsideAsync(attempt, exception);
            return null;
        }

        if (decision.Verdict == AttemptVerdict.NothingToRun)
        {
            await services.Grains.Queue(assignment.EndpointId).RemoveAsync(assignment.JobId, decision.Ended);
        }

        return decision.Start;
    }

    /// <summary>True unless the job did not want it: what was produced may be what the job shows.</summary>
    private async Task<bool> ReportAsync(RunningAttempt attempt, AttemptReport report)
    {
        var assignment = attempt.Assignment;
        var job = services.Grains.Job(assignment.EndpointId, assignment.JobId);
        report = AttemptReports.Bound(report, services.MaxReportBytes);
        try
        {
            return await PersistAsync(() => job.ReportAttemptAsync(report), attempt, atMost: null);
        }
        catch (OperationCanceledException) when (attempt.Abandoned.IsCancellationRequested)
        {
            return await CountsAsync(attempt, report);
        }
        catch (Exception exception)
        {
            LogNotRecorded(assignment.JobId, exception);
        }

        try
        {
            var failure = new AttemptReport { Attempt = report.Attempt, Outcome = AttemptOutcome.Failed, Error = "The service could not record the attempt's result. Retry the job." };
            await PersistAsync(() => job.ReportAttemptAsync(failure), attempt, atMost: null);
        }
        catch (Exception exception) when (!attempt.Abandoned.IsCancellationRequested)
        {
            await SetAsideAsync(attempt, exception);
        }

        return false;
    }

    /// <summary>
    /// Whether the job shows the result of an attempt that was abandoned while it was reported, perhaps because the job heard of it and the answer was lost.
    /// Told once more, a report that counted counts again. True if the job cannot be asked.
    /// </summary>
    private async Task<bool> CountsAsync(RunningAttempt attempt, AttemptReport report)
    {
        try
        {
            return await services.Grains.Job(attempt.Assignment.EndpointId, attempt.Assignment.JobId).ReportAttemptAsync(report).WaitAsync(services.DiscardTimeout, Clock);
        }
        catch (Exception exception)
        {
            LogRetry(attempt.Assignment.JobId, exception);
            return true;
        }
    }

    private async Task SetAsideAsync(RunningAttempt attempt, Exception exception)
    {
        var assignment = attempt.Assignment;
        LogSetAside(assignment.JobId, exception);
        await PersistAsync(
            async () =>
            {
                await services.Grains.Queue(assignment.EndpointId).RemoveAsync(assignment.JobId, outcome: null);
                return true;
            },
            attempt, atMost: services.Lease);
    }

    /// <summary>Repeats a call until it is answered, the attempt is abandoned, or what it fails with proves to be none that passes.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> call, RunningAttempt attempt, TimeSpan? atMost)
    {
        var started = Clock.GetTimestamp();
        var defects = 0;
        for (var delay = FirstRetry; ; delay = delay < LongestRetry ? delay * 2 : LongestRetry)
        {
            try
            {
                return await call().WaitAsync(atMost ?? Timeout.InfiniteTimeSpan, Clock, attempt.Abandoned);
            }
            catch (Exception exception) when (!attempt.Abandoned.IsCancellationRequested && (AttemptFault.IsOutage(exception) || ++defects < TriesOfADefect)
                && (atMost is null || Clock.GetElapsedTime(started) < atMost))
            {
                LogRetry(attempt.Assignment.JobId, exception);
                await Task.Delay(delay, Clock, attempt.Abandoned);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} could not be reached and will be tried again")]
    private partial void LogRetry(string jobId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The result of job {JobId} could not be recorded; the job fails")]
    private partial void LogNotRecorded(string jobId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} can be neither run nor ended and is taken out of its queue: its stored state cannot be used")]
    private partial void LogSetAside(string jobId, Exception exception);
}
