using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
using RunPod.Grains.Streams;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// Takes an assignment from its lease to the job's outcome: begin, run, store the files, report. The slot is needed until the model has run;
/// what is left then is done beside the slot's next attempt if the <see cref="StoringRoom"/> has room for it.
/// </summary>
internal sealed partial class AttemptRunner(WorkerIdentity worker, WorkerServices services)
{
    private readonly ILogger logger = services.Logger;

    private TimeProvider Clock => services.Clock;

    public async Task RunAsync(RunningAttempt attempt, IModelRuntime runtime, ModelThread thread)
    {
        if (await BeginAsync(attempt) is not { } start)
        {
            return;
        }

        attempt.Begin(start.Attempt);
        var files = new AttemptFiles(services.Stores, attempt.Assignment, start, Clock);
        using var timeout = new CancellationTokenSource(start.ExecutionTimeout, Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, attempt.Abandoned);
        var output = new PartialOutputQueue();
        using var silence = stop.Token.UnsafeRegister(static state => ((PartialOutputQueue)state!).Complete(), output);
        var pump = CreatePump(attempt, start, files).RunAsync(output);
        var run = thread.RunAsync(() => runtime.Run(start.Input, output, stop.Token));
        var counts = false;
        IDisposable? place = null;
        var ran = RunAndLeaveAsync();
        try
        {
            var report = await ExecuteAsync(attempt, start, ran, files, timeout.Token, stop.Token);
            attempt.Abandoned.ThrowIfCancellationRequested();

            // Whoever hears of the end finds every chunk in the store.
            output.Complete();
            report = await HasStreamedAsync(attempt, pump) ? report : Failed(start, "The attempt's partial output could not be stored. Retry the job.");
            counts = await ReportAsync(attempt, report);
        }
        finally
        {
            output.Complete();
            if (!counts)
            {
                // A preview that is on its way would come after the deletion.
                await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await DiscardAsync(files, attempt.Assignment);
            }

            // The outcome did not wait for a step that is slow to stop, but the thread is free only when it has.
            await Task.WhenAll(ran, pump).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            place?.Dispose();
        }

        async Task<ModelResult> RunAndLeaveAsync()
        {
            ModelResult? result = null;
            try
            {
                return result = await run;
            }
            finally
            {
                if ((place = services.Room.TryEnter(start.UserId ?? "", result?.Files.Sum(file => (long)file.Content.Length) ?? 0)) is not null)
                {
                    attempt.LeaveSlot();
                }
            }
        }
    }

    private async Task<AttemptReport> ExecuteAsync(
        RunningAttempt attempt, AttemptStart start, Task<ModelResult> run, AttemptFiles files, CancellationToken timeout, CancellationToken stop)
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
                Output = output.Length <= services.MaxOutputBytes ? output : await files.StoreOutputAsync(output, stop),
            };
        }
        catch (ModelInputException exception)
        {
            return Failed(start, exception.Message);
        }
        catch (ObjectStoreException exception)
        {
            LogNotStored(attempt.Assignment.JobId, exception.Reason, exception.InnerException);
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
            LogFailed(attempt.Assignment.JobId, exception);
            return Failed(start, $"The model failed: {exception.Message}");
        }
    }

    /// <summary>False if the partial output cannot be written however often it is tried.</summary>
    private async Task<bool> HasStreamedAsync(RunningAttempt attempt, Task pump)
    {
        try
        {
            await pump;
            return true;
        }
        catch (Exception exception) when (!attempt.Abandoned.IsCancellationRequested)
        {
            LogNotRecorded(attempt.Assignment.JobId, exception);
            return false;
        }
    }

    private static AttemptReport Failed(AttemptStart start, string error) => new() { Attempt = start.Attempt, Outcome = AttemptOutcome.Failed, Error = error };

    private OutputPump CreatePump(RunningAttempt attempt, AttemptStart start, AttemptFiles files)
    {
        var job = services.Grains.Job(attempt.Assignment.EndpointId, attempt.Assignment.JobId);
        return new OutputPump(job, start.Attempt, services.Streams.Open(job.GetPrimaryKeyString(), start), Clock, logger)
        {
            StoreFile = file => files.StoreAsync(file, attempt.Abandoned),
            Persist = write => PersistAsync(write, attempt, atMost: null),
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
        using var patience = new CancellationTokenSource(services.DiscardTimeout, Clock);
        try
        {
            await files.DeleteAllAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception exception)
        {
            LogNotDiscarded(assignment.JobId, (exception as ObjectStoreException)?.Reason ?? exception.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model failed on job {JobId}")]
    private partial void LogFailed(string jobId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of job {JobId} could not be stored: {Reason}")]
    private partial void LogNotStored(string jobId, string reason, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of an attempt at job {JobId} that did not count could not be deleted: {Reason}")]
    private partial void LogNotDiscarded(string jobId, string reason);
}
