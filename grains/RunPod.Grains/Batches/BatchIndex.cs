using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Batches;

/// <summary>
/// The batches of each user and endpoint in two sorted sets by creation: all that are kept, and those that are active. Entries are written before a batch's
/// state; the first is deleted before it, the second when the batch has ended. An entry that outlived its batch is dropped when it comes up.
/// </summary>
internal sealed class BatchIndex(IConnectionMultiplexer redis, StoreKeys keys, TimeProvider clock)
{
    // Longer than a creation can take from its entry to its state.
    private static readonly TimeSpan BatchMayBeComing = TimeSpan.FromMinutes(1);

    private IDatabase Store => redis.GetDatabase();

    public Task AddAsync(string endpointId, string userId, string batchId)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        return Task.WhenAll(
            Store.SortedSetAddAsync(keys.Batches(endpointId, userId), batchId, now),
            Store.SortedSetAddAsync(keys.ActiveBatches(endpointId, userId), batchId, now));
    }

    /// <summary>Batches of a user, newest first.</summary>
    public async Task<string[]> ListAsync(string endpointId, string userId, long offset, int limit) =>
        ToIds(await Store.SortedSetRangeByRankAsync(keys.Batches(endpointId, userId), offset, offset + limit - 1, Order.Descending));

    public Task<long> CountAsync(string endpointId, string userId) => Store.SortedSetLengthAsync(keys.Batches(endpointId, userId));

    /// <summary>Batches of a user that are active, besides some that may no longer be.</summary>
    public async Task<string[]> ListActiveAsync(string endpointId, string userId) =>
        ToIds(await Store.SortedSetRangeByRankAsync(keys.ActiveBatches(endpointId, userId)));

    /// <summary>Notes that a batch has ended. Best effort: an entry that stays is harmless.</summary>
    public void RemoveActive(string endpointId, string userId, string batchId) =>
        Store.SortedSetRemove(keys.ActiveBatches(endpointId, userId), batchId, CommandFlags.FireAndForget);

    public Task RemoveAsync(string endpointId, string userId, string batchId) => Task.WhenAll(
        Store.SortedSetRemoveAsync(keys.Batches(endpointId, userId), batchId),
        Store.SortedSetRemoveAsync(keys.ActiveBatches(endpointId, userId), batchId));

    /// <summary>Takes a batch out that does not exist, unless it may be coming. Returns whether it went.</summary>
    public async Task<bool> DropMissingAsync(string endpointId, string userId, string batchId)
    {
        if (await Store.SortedSetScoreAsync(keys.Batches(endpointId, userId), batchId) >= (clock.GetUtcNow() - BatchMayBeComing).ToUnixTimeMilliseconds())
        {
            return false;
        }

        await RemoveAsync(endpointId, userId, batchId);
        return true;
    }

    private static string[] ToIds(RedisValue[] values) => Array.ConvertAll(values, value => value.ToString());
}
