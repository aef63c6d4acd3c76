using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using StackExchange.Redis;

namespace RunPod.Grains.Store;

/// <summary>The names of our own Redis keys. All begin with the service id (behind a brace at most), so that several services can share a server.</summary>
internal sealed class StoreKeys(IOptions<ClusterOptions> cluster)
{
    private readonly string _prefix = cluster.Value.ServiceId;

    /// <summary>Sorted set: open job ids of an endpoint's queue shard by place.</summary>
    public RedisKey QueueOpen(string queueKey) => $"{_prefix}/queue/{queueKey}/open";

    /// <summary>Hash: leases of a queue shard by job id.</summary>
    public RedisKey QueueLeases(string queueKey) => $"{_prefix}/queue/{queueKey}/leases";

    /// <summary>Hash: counters of a queue shard.</summary>
    public RedisKey QueueCounters(string queueKey) => $"{_prefix}/queue/{queueKey}/counters";

    /// <summary>List: chunks of an attempt that nobody has taken yet.</summary>
    public RedisKey Stream(string jobKey, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}/stream/{jobKey}/{attempt}");

    /// <summary>Number of the last batch of that list. The braces put both into one slot of a Redis cluster, where a transaction may span them.</summary>
    public RedisKey StreamTail(string jobKey, int attempt) => $"{{{Stream(jobKey, attempt)}}}/tail";

    /// <summary>Sorted set: keys of jobs and batches of an expiry bucket by deadline in milliseconds since the Unix epoch.</summary>
    public RedisKey Expiry(string bucket) => $"{_prefix}/expiry/{bucket}";

    /// <summary>Sorted set: job ids of a user and endpoint by submission in milliseconds since the Unix epoch. A user's name may contain a slash, an endpoint's not.</summary>
    public RedisKey Requests(string endpointId, string userId) => $"{_prefix}/requests/{endpointId}/{userId}";

    /// <summary>String: what a rate limiter granted lately.</summary>
    public RedisKey RateWindow(string limiter) => $"{_prefix}/rate-window/{limiter}";

    /// <summary>String: what an idempotency key of a user stands for.</summary>
    public RedisKey Idempotency(string endpointId, string userId, string keyHash) => $"{_prefix}/idempotency/{endpointId}/{keyHash}/{userId}";

    /// <summary>Sorted set: batch ids of a user and endpoint by creation in milliseconds since the Unix epoch. A user's name may contain a slash, an endpoint's not.</summary>
    public RedisKey Batches(string endpointId, string userId) => $"{_prefix}/batches/{endpointId}/{userId}";

    /// <summary>Sorted set: those of them that have not ended.</summary>
    public RedisKey ActiveBatches(string endpointId, string userId) => $"{_prefix}/active-batches/{endpointId}/{userId}";

    /// <summary>Sorted set: those of them that have ended in this state.</summary>
    public RedisKey EndedBatches(string endpointId, string userId, string status) => $"{_prefix}/ended-batches/{status}/{endpointId}/{userId}";

    /// <summary>Hash: bytes that the store keeps of each batch of a user and endpoint, and <c>total</c>.</summary>
    public RedisKey BatchBytes(string endpointId, string userId) => $"{_prefix}/batch-bytes/{endpointId}/{userId}";

    /// <summary>Sorted set: webhooks that a receiver has not got yet, by when the next try is due and how many were made.</summary>
    public RedisKey Outbox(string receiver) => $"{_prefix}/outbox/{receiver}";

    /// <summary>Sorted set: endpoint ids by the time when a worker last announced them.</summary>
    public RedisKey Endpoints => $"{_prefix}/endpoints";
}
