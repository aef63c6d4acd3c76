using RunPod.Grains.Expiry;

namespace RunPod.Grains.Batches;

/// <summary>A batch's deadlines: the expiry index wakes one that runs, and deletes one whose retention is over.</summary>
internal sealed partial class BatchGrain
{
    // A bucket's minute and what clocks may differ by: a deadline further away than this is in another bucket than one that is due.
    private static readonly TimeSpan AnotherBucket = TimeSpan.FromMinutes(1) + ExpiryOptions.ClockTolerance;

    // How often the expiry index makes sure that a batch that runs is active.
    private static readonly TimeSpan WakePeriod = TimeSpan.FromMinutes(2);

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
            await expiry.AddAsync(Key, now + WakePeriod);
            return true;
        }

        if (now < expiresAt)
        {
            // The entry is one of an earlier deadline. Being the same in every bucket it must stay where the right one may be, too.
            var isElsewhere = expiresAt - now > AnotherBucket;
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

        await index.RemoveAsync(_endpointId, batch.UserId, _batchId);
        await _pages.DeleteAllAsync(batch.NextPage);
        await _stored.ClearAsync();
        _batch = null;
        DeactivateOnIdle();
        return true;
    }
}
