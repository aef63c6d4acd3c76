using RunPod.Contracts;
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

        var next = JobTransitions.Apply(job, new JobEvent.RetryRequested(clock.GetUtcNow()));
        if (ReferenceEquals(next, job))
        {
            return new RetryResult(RetryOutcome.NotRetriable, job.Status);
        }

        // A worker that is given the job now waits for the end of this turn before it begins.
        if (!await GrainFactory.Queue(_endpointId).EnqueueAsync(_jobId, job.LowPriority))
        {
            return new RetryResult(RetryOutcome.QueueFull, job.Status);
        }

        await expiry.AddAsync(Key, next.NextDeadline);
        await DeleteFilesAsync(job);
        await streams.DeleteAsync(Key, job.Attempt);
        await WriteAsync(next);
        expiry.Remove(Key, job.NextDeadline, next.NextDeadline);
        _ended = NewSignal();
        metrics.JobSubmitted(_endpointId);
        return new RetryResult(RetryOutcome.Requeued, next.Status);
    }
}
