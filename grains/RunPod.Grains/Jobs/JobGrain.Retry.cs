using Microsoft.Extensions.Logging;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>A client's retry. As with a submission the indexes come first: what they hold of a job that has ended is dropped when it comes up.</summary>
internal sealed partial class JobGrain
{
    public async Task<RetryResult> RetryAsync(string userId)
    {
        if (await FindOfUserAsync(userId) is not { } job)
        {
            return new RetryResult(RetryOutcome.UnknownJob, JobStatus.InQueue);
        }

        var requested = new JobEvent.RetryRequested(clock.GetUtcNow());
        if (ReferenceEquals(JobTransitions.Apply(job, requested), job))
        {
            return new RetryResult(RetryOutcome.NotRetriable, job.Status);
        }

        var started = clock.GetTimestamp();
        try
        {
            // A worker that is given the job now waits for the end of this turn before it begins.
            if (!await Queue.EnqueueAsync(_jobId, job.LowPriority))
            {
                return new RetryResult(RetryOutcome.QueueFull, job.Status);
            }

            await ApplyAsync(requested);
        }
        catch (Exception exception)
        {
            if (!await IsRequeuedAfterAllAsync(exception))
            {
                throw;
            }
        }

        _ended = NewSignal();
        await KeepPlaceAsync(job, started);
        metrics.JobSubmitted(_endpointId);
        await DropStreamsAsync(job);
        DropFilesAsync(job).Ignore();
        return new RetryResult(RetryOutcome.Requeued, JobStatus.InQueue);
    }

    /// <summary>
    /// Looks what the store holds after a failure. Of a job that stays ended the place in the queue is taken back before a worker, which waits for
    /// this turn, asks for it and has its end counted once more.
    /// </summary>
    private async Task<bool> IsRequeuedAfterAllAsync(Exception exception)
    {
        try
        {
            await _job.ReadAgainAsync();
            if (_job.Value is { IsTerminal: false })
            {
                return true;
            }

            await Queue.RemoveAsync(_jobId, outcome: null);
        }
        catch (Exception again)
        {
            LogRetryUncertain(Key, new AggregateException(exception, again));
        }

        return false;
    }

    private async Task DropStreamsAsync(JobState before)
    {
        try
        {
            await streams.DeleteAsync(Key, before.Attempt);
        }
        catch (Exception exception)
        {
            // The next attempt deletes them as it begins.
            LogNotDropped(Key, exception);
        }
    }

    /// <summary>Outside of the turn, since the file store may take its time, and so attempt by attempt: the next one may be writing already.</summary>
    private async Task DropFilesAsync(JobState before)
    {
        try
        {
            for (var attempt = 1; attempt <= before.Attempt && before.S3Config is null; attempt++)
            {
                await objects.DeleteAllAsync(ObjectKeys.Attempt(_endpointId, _jobId, attempt), CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            // They go with the job.
            LogNotDropped(Key, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody knows whether job {JobKey} was put back into the queue")]
    private partial void LogRetryUncertain(string jobKey, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "What the earlier attempts of job {JobKey} left could not be deleted yet")]
    private partial void LogNotDropped(string jobKey, Exception exception);
}
