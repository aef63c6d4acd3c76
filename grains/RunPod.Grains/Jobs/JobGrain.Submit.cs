using Orleans.Storage;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>The job's beginning: its entries in the indexes and its place in the queue, then its state.</summary>
internal sealed partial class JobGrain
{
    // Below the time in which the cluster could declare this silo dead, hand its queue entry to another one and drop it there.
    private static readonly TimeSpan PlaceInQueueIsCertain = TimeSpan.FromSeconds(3);

    public async Task<SubmitOutcome> SubmitAsync(JobSubmission submission)
    {
        _job.AssumeAbsent();
        if (_job.Value is not null)
        {
            return SubmitOutcome.Accepted;
        }

        var started = clock.GetTimestamp();
        var job = JobTransitions.Create(submission, submission.Retention ?? (submission.IsSync ? retention.Value.Sync : retention.Value.Async), clock.GetUtcNow());
        var enqueue = Queue.EnqueueAsync(_jobId, job.LowPriority);
        await Task.WhenAll(enqueue, expiry.AddAsync(Key, job.NextDeadline, job.NextDeadlineKind), requests.AddAsync(_endpointId, job.UserId, _jobId, job.CreatedAt));
        if (!await enqueue)
        {
            return await RefuseAsync(job);
        }

        try
        {
            await WriteAsync(job);
        }
        catch (InconsistentStateException) when (_job.Value is null)
        {
            // Not absent after all: the submission came twice. The queue drops the second entry when it finds the job ended.
            await _job.EnsureReadAsync();
            return _job.Value is not null ? SubmitOutcome.Accepted : throw new InvalidOperationException($"Job {Key} was written by somebody else and is gone.");
        }

        await KeepPlaceAsync(job, started);
        metrics.JobSubmitted(_endpointId);
        LetGo();
        return SubmitOutcome.Accepted;
    }

    /// <summary>A worker may have met the entry in the queue before the state, and dropped it. A job that is still queued keeps its place.</summary>
    private Task KeepPlaceAsync(JobState job, long since) =>
        clock.GetElapsedTime(since) > PlaceInQueueIsCertain ? Queue.EnqueueAsync(_jobId, job.LowPriority) : Task.CompletedTask;

    private async Task<SubmitOutcome> RefuseAsync(JobState job)
    {
        // The submission may have come twice, and the first one's job have ended: its entries stay.
        await _job.ReadAgainAsync();
        LetGo();
        if (_job.Value is not null)
        {
            return SubmitOutcome.Accepted;
        }

        expiry.Remove(Key, job.NextDeadline, entered: null, job.NextDeadlineKind);
        await requests.RemoveAsync(_endpointId, job.UserId, _jobId);
        return SubmitOutcome.QueueFull;
    }
}
