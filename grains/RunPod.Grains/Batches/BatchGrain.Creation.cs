using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>A batch comes to be: provisional at first if its creator asks for that, then kept.</summary>
internal sealed partial class BatchGrain
{
    // Longer than any client waits for the answer to its creation; and so much shorter than the index believes that a batch may be coming
    // that two silos' clocks do not matter.
    private static readonly TimeSpan UntilKept = TimeSpan.FromSeconds(15);

    public async Task<BatchAnswer> CreateAsync(BatchCreation creation)
    {
        if (_batch is { KeepBy: null })
        {
            // It came twice.
            return Done();
        }

        var now = clock.GetUtcNow();
        var batch = (_batch ?? BatchTransitions.Create(creation.UserId, creation.Name, options.Value.Retention, now)) with
        {
            KeepBy = creation.IsProvisional ? now + UntilKept : null,
        };
        await expiry.AddAsync(Key, batch.ExpiresAt!.Value);
        if (batch.NextRequest > 0)
        {
            // All of it was there in time for somebody else's answer.
            await WriteAsync(batch);
            return Done();
        }

        if (await TryAddAsync(batch, creation.Requests))
        {
            return Done();
        }

        DeactivateOnIdle();
        return TooManyBytes();
    }

    public async Task<BatchAnswer> KeepAsync(string userId)
    {
        if (_batch is { KeepBy: { } keepBy } provisional && provisional.UserId == userId && clock.GetUtcNow() <= keepBy)
        {
            var kept = BatchTransitions.Keep(provisional);
            await expiry.AddAsync(Key, kept.ExpiresAt!.Value);
            await WriteAsync(kept);
            expiry.Remove(Key, keepBy, kept.ExpiresAt);
        }

        return FindOf(userId) is null ? new BatchAnswer(BatchOutcome.UnknownBatch) : Done();
    }

    /// <summary>Nobody will keep it.</summary>
    private async Task DropProvisionalAsync(string userId)
    {
        if (_batch is { KeepBy: not null } provisional && provisional.UserId == userId)
        {
            await DeleteAsync(provisional);
        }
    }
}
