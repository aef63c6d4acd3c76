using RunPod.Contracts.Requests;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Requests;

/// <summary>The jobs of each user and endpoint in a sorted set by submission. An entry is written before its job and deleted before it, while the expiry index still knows the job.</summary>
internal sealed class RequestIndex(IConnectionMultiplexer redis, StoreKeys keys, TimeProvider clock) : IRequestIndex
{
    // Longer than a submission can take from its entry to its state.
    private static readonly TimeSpan JobMayBeComing = TimeSpan.FromMinutes(1);

    private IDatabase Store => redis.GetDatabase();

    public Task AddAsync(string endpointId, string userId, string jobId, DateTimeOffset createdAt) =>
        Store.SortedSetAddAsync(keys.Requests(endpointId, userId), jobId, createdAt.ToUnixTimeMilliseconds());

    public Task RemoveAsync(string endpointId, string userId, string jobId) => Store.SortedSetRemoveAsync(keys.Requests(endpointId, userId), jobId);

    public async Task<RequestPage> ListAsync(string endpointId, string userId, long offset, int limit)
    {
        var key = keys.Requests(endpointId, userId);
        var total = Store.SortedSetLengthAsync(key);
        var ids = await Store.SortedSetRangeByRankAsync(key, offset, offset + limit - 1, Order.Descending);
        return new RequestPage(Array.ConvertAll(ids, id => id.ToString()), await total);
    }

    public async Task DropMissingAsync(string endpointId, string userId, IReadOnlyCollection<string> jobIds)
    {
        var key = keys.Requests(endpointId, userId);
        var limit = (clock.GetUtcNow() - JobMayBeComing).ToUnixTimeMilliseconds();
        foreach (var jobId in jobIds)
        {
            if (await Store.SortedSetScoreAsync(key, jobId) < limit)
            {
                await Store.SortedSetRemoveAsync(key, jobId);
            }
        }
    }
}
