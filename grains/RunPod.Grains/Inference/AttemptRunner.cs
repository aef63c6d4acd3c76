using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
using RunPod.Grains.Jobs;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>Takes an assignment from its lease to the job's outcome: begin, run, store the files, report.</summary>
internal sealed partial class AttemptRunner(WorkerIdentity worker, IGrainFactory grains, IObjectStore objects, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    public async Task RunAsync(RunningAttempt attempt, IModelRuntime runtime, ModelThread thread)
    {
        var assignment = attempt.Assignment;
        var job = grains.Job(assignment.EndpointId, assignment.JobId);
        var decision = await PersistAsync(
            () => job.BeginAttemptAsync(new AttemptRequest { LeaseId = assignment.LeaseId, Worker = worker }), assignment, attempt.Abandoned);
        if (decision.Verdict == AttemptVerdict.NothingToRun)
        {
            await grains.Queue(assignment.EndpointId).RemoveAsync(assignment.JobId, decision.Ended);
        }

        if (decision.Start is not { } start)
        {
            return;
        }

        attempt.Number = start.Attempt;
        using var timeout = new CancellationTokenSource(start.ExecutionTimeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, attempt.Abandoned);
        var run = thread.RunAsync(() => runtime.Run(start.Input, stop.Token));
        try
        {
            var report = await ExecuteAsync(assignment, start, run, timeout.Token, stop.Token);
            attempt.Abandoned.ThrowIfCancellationRequested();
            if (!await PersistAsync(() => job.ReportAttemptAsync(report), assignment, attempt.Abandoned))
            {
                await objects.DeleteAllAsync(ObjectKeys.Attempt(assignment.EndpointId, assignment.JobId, start.Attempt), CancellationToken.None);
            }
        }
        finally
        {
            // The outcome did not wait for a step that is slow to stop, but the thread is free only when it has.
            await run.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<AttemptReport> ExecuteAsync(Assignment assignment, AttemptStart start, Task<ModelResult> run, CancellationToken timeout, CancellationToken stop)
    {
        try
        {
            var result = await run.WaitAsync(stop);
            var output = await StoreFilesAsync(assignment, start, result, stop);
            return new AttemptReport { Attempt = start.Attempt, Outcome = AttemptOutcome.Succeeded, Output = output };
        }
        catch (ModelInputException exception)
        {
            return new AttemptReport { Attempt = start.Attempt, Outcome = AttemptOutcome.Failed, Error = exception.Message };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return timeout.IsCancellationRequested
                ? new AttemptReport { Attempt = start.Attempt, Outcome = AttemptOutcome.TimedOut }
                : throw new OperationCanceledException(stop);
        }
        catch (Exception exception)
        {
            LogFailed(assignment.JobId, exception);
            return new AttemptReport { Attempt = start.Attempt, Outcome = AttemptOutcome.Failed, Error = $"The model failed: {exception.Message}" };
        }
    }

    private async Task<byte[]> StoreFilesAsync(Assignment assignment, AttemptStart start, ModelResult result, CancellationToken cancellationToken)
    {
        var urls = new Uri[result.Files.Count];
        for (var i = 0; i < urls.Length; i++)
        {
            var file = result.Files[i];
            var key = ObjectKeys.File(assignment.EndpointId, assignment.JobId, start.Attempt, file.Name);
            await objects.PutAsync(key, file.ContentType, file.Content, cancellationToken);
            urls[i] = objects.GetUrl(key, start.RequestBaseUrl, clock.GetUtcNow() + start.Retention);
        }

        return result.RenderOutput(urls);
    }

    /// <summary>Repeats a call to the job until it is answered: an outage of the store or of the job's silo must not cost a result.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> call, Assignment assignment, CancellationToken abandoned)
    {
        for (var delay = FirstRetry; ; delay = delay < LongestRetry ? delay * 2 : LongestRetry)
        {
            try
            {
                return await call().WaitAsync(abandoned);
            }
            catch (Exception exception) when (!abandoned.IsCancellationRequested)
            {
                LogRetry(assignment.JobId, exception);
                await Task.Delay(delay, clock, abandoned);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model failed on job {JobId}")]
    private partial void LogFailed(string jobId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} could not be reached and will be tried again")]
    private partial void LogRetry(string jobId, Exception exception);
}
