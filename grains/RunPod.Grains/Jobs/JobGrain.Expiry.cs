using RunPod.Grains.Expiry;

namespace RunPod.Grains.Jobs;

/// <summary>The job's deadlines: its time-out while open, its deletion after the end. The state goes last, so that a crash leaves the rest to the next try.</summary>
internal sealed partial class JobGrain
{
    public async Task<bool> ExpireAsync()
    {
        await _job.EnsureReadAsync();
        var now = clock.GetUtcNow();
        if (_job.Value is not { } job)
        {
            LetGo();
            return true;
        }

        if (!job.IsTerminal && await ApplyAsync(new JobEvent.DeadlineReached(now)))
        {
            job = _job.Value ?? job;
        }

        LetGo();
        if (now < job.NextDeadline)
        {
            // The entry is one of an earlier deadline. Being the same in every bucket it must stay where the right one may be, too.
            return job.NextDeadline - now > ExpiryOptions.AnotherBucket;
        }

        if (await HasWebhooksToDeliverAsync(job))
        {
            await expiry.AddAsync(Key, now + UntilNextExpiry, DeadlineKind.Deletion);
            return true;
        }

        await DeleteFilesAsync(job);
        await streams.DeleteAsync(Key, job.Attempt);
        await requests.RemoveAsync(_endpointId, job.UserId, _jobId);
        await _job.ClearAsync();
        LetGo();
        return true;
    }

    /// <summary>What the attempts left in the service's own store; a client's bucket is the client's.</summary>
    private Task DeleteFilesAsync(JobState job) =>
        job.S3Config is null ? objects.DeleteAllAsync(ObjectKeys.Job(_endpointId, _jobId), CancellationToken.None) : Task.CompletedTask;
}
