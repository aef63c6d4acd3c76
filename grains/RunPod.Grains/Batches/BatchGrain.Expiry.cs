using RunPod.Grains.Expiry;

namespace RunPod.Grains.Batches;

/// <summary>A batch's deadlines: the expiry index wakes one that runs, and deletes one whose retention is over.</summary>
internal sealed partial class BatchGrain
{
    // How often the expiry index makes sure that a batch that runs is active.
    private static readonly TimeSpan WakePeriod = TimeSpan.FromMinutes(2);

    private DateTimeOffset? _wakesAt;

    public async Task<bool> ExpireAsync()
    {
        if (_batch is not { } batch)
        {
            DeactivateOnIdle();
            return true;
        }

        var now = clock.GetUtcNow();
        if (batch.ExpiresAt is not { } expiresAt)
        {
            // To be activated is all that a batch that runs needs.
            await WakeLaterAsync(now);
            return true;
        }

        if (now < expiresAt)
        {
            // The entry is one of an earlier deadline. Being the same in every bucket it must stay where the right one may be, too.
            var isElsewhere = expiresAt - now > ExpiryOptions.AnotherBucket;
            if (isElsewhere)
            {
                await expiry.AddAsync(Key, expiresAt);
            }

            return isElsewhere;
        }

        if (WebhookOf(batch) is { } webhook && await outbox.HoldsAsync(webhook))
        {
            await expiry.AddAsync(Key, now + WakePeriod);
            return true;
        }

        await DeleteAsync(batch);
        return true;
    }

    private async Task DeleteAsync(BatchState batch)
    {
        await index.RemoveAsync(_endpointId, batch.UserId, _batchId);
        await _pages.DeleteAllAsync(batch);
        await _stored.ClearAsync();
        _batch = null;
        DeactivateOnIdle();
    }

    private async Task WakeLaterAsync(DateTimeOffset now)
    {
        await expiry.AddAsync(Key, now + WakePeriod);
        _wakesAt = now + WakePeriod;
    }

    /// <summary>Takes the wake-up of a batch that has ended out of the index, if this activation knows of it; else it comes up and is dropped.</summary>
    private void ForgetWake(DateTimeOffset expiresAt)
    {
        if (_wakesAt is { } wakesAt)
        {
            expiry.Remove(Key, wakesAt, expiresAt);
        }
    }
}
