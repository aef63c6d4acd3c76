using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
using RunPod.Grains.Streams;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>Takes an assignment from its lease to the job's outcome: begin, run, store the files, report.</summary>
internal sealed partial class AttemptRunner(
    WorkerIdentity worker, IGrainFactory grains, IObjectStores stores, JobStreams streams, int maxOutputBytes, TimeProvider clock, ILogger logger)
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
        var files = new AttemptFiles(stores, assignment, start, clock);
        using var timeout = new CancellationTokenSource(start.ExecutionTimeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, attempt.Abandoned);
        var output = new PartialOutputQueue();
        using var silence = stop.Token.UnsafeRegister(static state => ((PartialOutputQueue)state!).Complete(), output);
        var pump = CreatePump(attempt, start, files).RunAsync(output);
        var run = thread.RunAsync(() => runtime.Run(start.Input, output, stop.Token));
        try
        {
            var report = await ExecuteAsync(assignment, start, run, files, timeout.Token, stop.Token);
            attempt.Abandoned.ThrowIfCancellationRequested();

            // Whoever hears of the end finds every chunk in the store.
            output.Complete();
            if (await pump is { } fault && report.Outcome == AttemptOutcome.Succeeded)
            {
                report = Failed(start, $"The model failed: {fault}");
            }

            if (!await PersistAsync(() => job.ReportAttemptAsync(report), assignment, attempt.Abandoned))
            {
                await DiscardAsync(files, assignment);
            }
        }
        finally
        {
            // The outcome did not wait for a step that is slow to stop, but the thread is free only when it has.
            output.Complete();
            await Task.WhenAll(run, pump).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<AttemptReport> ExecuteAsync(Assignment assignment, AttemptStart start, Task<ModelResult> run, AttemptFiles files, CancellationToken timeout, CancellationToken stop)
    {
        try
        {
            var result = await run.WaitAsync(stop);
            var output = await StoreFilesAsync(files, result, stop);
            if (OutputCheck.FindFault(output) is { } position)
            {
                return Failed(start, $"The model's output is not valid JSON from byte {position} on. It must be one JSON value in UTF-8, without NaN and Infinity. Correct the model.");
            }

            return new AttemptReport
            {
                Attempt = start.Attempt,
                Outcome = AttemptOutcome.Succeeded,
                Output = output.Length <= maxOutputBytes ? output : await files.StoreOutputAsync(output, stop),
            };
        }
        catch (ModelInputException exception)
        {
            return Failed(start, exception.Message);
        }
        catch (ObjectStoreException exception)
        {
            LogNotStored(assignment.JobId, exception.Reason, exception.InnerException);
            return Failed(start, exception.Message);
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
            return Failed(start, $"The model failed: {ErrorText.WithoutFolders(exception.Message)}");
        }
    }

    private static AttemptReport Failed(AttemptStart start, string error) =>
        new() { Attempt = start.Attempt, Outcome = AttemptOutcome.Failed, Error = ErrorText.Bound(error) };

    private OutputPump CreatePump(RunningAttempt attempt, AttemptStart start, AttemptFiles files)
    {
        var assignment = attempt.Assignment;
        var job = grains.Job(assignment.EndpointId, assignment.JobId);
        return new OutputPump(job, start.Attempt, streams.Open(job.GetPrimaryKeyString(), start), clock, logger)
        {
            StoreFile = file => files.StoreAsync(file, attempt.Abandoned),
            Persist = write => PersistAsync(write, assignment, attempt.Abandoned),
        };
    }

    private static async Task<byte[]> StoreFilesAsync(AttemptFiles files, ModelResult result, CancellationToken cancellationToken)
    {
        var urls = new Uri[result.Files.Count];
        for (var i = 0; i < urls.Length; i++)
        {
            urls[i] = await files.StoreAsync(result.Files[i], cancellationToken);
        }

        return result.RenderOutput(urls);
    }

    /// <summary>Deletes the files of an attempt that did not count. What is left in the service's own store goes with the job.</summary>
    private async Task DiscardAsync(AttemptFiles files, Assignment assignment)
    {
        try
        {
            await files.DeleteAllAsync();
        }
        catch (ObjectStoreException exception)
        {
            LogNotDiscarded(assignment.JobId, exception.Reason);
        }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of job {JobId} could not be stored: {Reason}")]
    private partial void LogNotStored(string jobId, string reason, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of an attempt at job {JobId} that did not count could not be deleted: {Reason}")]
    private partial void LogNotDiscarded(string jobId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} could not be reached and will be tried again")]
    private partial void LogRetry(string jobId, Exception exception);
}
