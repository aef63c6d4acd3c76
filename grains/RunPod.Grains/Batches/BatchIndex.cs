using RunPod.Contracts.Batches;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Batches;

/// <summary>
/// The batches of each user and endpoint in sorted sets by creation: all that are kept, those that are active, and those of each final state. Entries are
/// written before a batch's state; the first is deleted before it, the second when the batch has ended. An entry that outlived its batch, or that the batch
/// did not come to, is dropped when it comes up.
/// </summary>
internal sealed class BatchIndex(IConnectionMultiplexer redis, StoreKeys keys, BatchBytes bytes, TimeProvider clock)
{
    // Longer than a creation can take from its entry to its state, and than a provisional batch waits.
    private static readonly TimeSpan BatchMayBeComing = TimeSpan.FromMinutes(1);

    private static readonly BatchStatus[] FinalStates = [.. Enum.GetValues<BatchStatus>().Where(status => status.IsTerminal())];

    private IDatabase Store => redis.GetDatabase();

    public Task AddAsync(string endpointId, string userId, string batchId)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return Task.WhenAll(
            Store.SortedSetAddAsync(keys.Batches(endpointId, userId), batchId, now),
            Store.SortedSetAddAsync(keys.ActiveBatches(endpointId, userId), batchId, now));
    }

    /// <summary>Enters a batch that is about to be in a final state.</summary>
    public Task AddEndedAsync(string endpointId, string userId, string batchId, BatchStatus status, DateTimeOffset createdAt) =>
        Store.SortedSetAddAsync(SetOf(endpointId, userId, status), batchId, createdAt.ToUnixTimeMilliseconds());

    /// <summary>Whether a batch is among those that are kept.</summary>
    public async Task<bool> HoldsAsync(string endpointId, string userId, string batchId) =>
        await Store.SortedSetScoreAsync(keys.Batches(endpointId, userId), batchId) is not null;

    /// <summary>Batches of a user, newest first; all, or those of a final state and some that may not be.</summary>
    public async Task<string[]> ListAsync(string endpointId, string userId, BatchStatus? status, long offset, int limit) =>
        ToIds(await Store.SortedSetRangeByRankAsync(SetOf(endpointId, userId, status), offset, offset + limit - 1, Order.Descending));

    /// <summary>How many batches <see cref="ListAsync"/> has.</summary>
    public Task<long> CountAsync(string endpointId, string userId, BatchStatus? status) => Store.SortedSetLengthAsync(SetOf(endpointId, userId, status));

    /// <summary>Whether there are batches that are neither active nor in the set of a final state: the previous version ended them.</summary>
    public async Task<bool> LacksStatesAsync(string endpointId, string userId)
    {
        var all = CountAsync(endpointId, userId, status: null);
        var active = Store.SortedSetLengthAsync(keys.ActiveBatches(endpointId, userId));
        var known = await Task.WhenAll(FinalStates.Select(status => CountAsync(endpointId, userId, status)).Append(active));
        return await all > known.Sum();
    }

    /// <summary>Batches of a user that are active, oldest first, besides some that may no longer be.</summary>
    public async Task<string[]> ListActiveAsync(string endpointId, string userId) =>
        ToIds(await Store.SortedSetRangeByRankAsync(keys.ActiveBatches(endpointId, userId)));

    /// <summary>Notes that a batch has ended. Best effort: an entry that stays is harmless.</summary>
    public void RemoveActive(string endpointId, string userId, string batchId) =>
        Store.SortedSetRemove(keys.ActiveBatches(endpointId, userId), batchId, CommandFlags.FireAndForget);

    /// <summary>Takes a batch out that has ended in another state. Best effort, as above.</summary>
    public void RemoveEnded(string endpointId, string userId, string batchId, BatchStatus status) =>
        Store.SortedSetRemove(SetOf(endpointId, userId, status), batchId, CommandFlags.FireAndForget);

    public Task RemoveAsync(string endpointId, string userId, string batchId)
    {
        bytes.Lower(endpointId, userId, batchId, 0);
        return Task.WhenAll(FinalStates.Select(status => SetOf(endpointId, userId, status))
            .Append(keys.ActiveBatches(endpointId, userId))
            .Append(keys.Batches(endpointId, userId))
            .Select(set => Store.SortedSetRemoveAsync(set, batchId)));
    }

    /// <summary>Takes a batch out that does not exist, unless it may be coming. Returns whether it went.</summary>
    public async Task<bool> DropMissingAsync(string endpointId, string userId, string batchId)
    {
        // An entry of the future was made before the clock was set back.
        var enteredAt = await Store.SortedSetScoreAsync(keys.Batches(endpointId, userId), batchId);
        if (enteredAt is { } at && Math.Abs(clock.GetUtcNow().ToUnixTimeMilliseconds() - at) <= BatchMayBeComing.TotalMilliseconds)
        {
            return false;
        }

        await RemoveAsync(endpointId, userId, batchId);
        return true;
    }

    private RedisKey SetOf(string endpointId, string userId, BatchStatus? status) =>
        status is { } final ? keys.EndedBatches(endpointId, userId, BatchStatusNames.ToWire(final)) : keys.Batches(endpointId, userId);

    private static string[] ToIds(RedisValue[] values) => Array.ConvertAll(values, value => value.ToString());
}
