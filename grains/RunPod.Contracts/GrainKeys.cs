using RunPod.Contracts.Batches;
using RunPod.Contracts.Expiry;
using RunPod.Contracts.Inference;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Limits;
using RunPod.Contracts.Queues;
using RunPod.Contracts.Webhooks;

namespace RunPod.Contracts;

/// <summary>The one place where grain keys are built. A job id from another endpoint simply finds nothing.</summary>
public static class GrainKeys
{
    // One shard an endpoint for now; the key leaves room for more.
    private const int QueueShard = 0;

    /// <summary>The job of an endpoint.</summary>
    public static IJobGrain Job(this IGrainFactory grains, string endpointId, string jobId) => GrainReferences.Get<IJobGrain>(grains, $"{endpointId}/{jobId}");

    /// <summary>The job of a key that <see cref="SplitJobKey"/> reads.</summary>
    public static IJobGrain Job(this IGrainFactory grains, string jobKey) => GrainReferences.Get<IJobGrain>(grains, jobKey);

    /// <summary>Endpoint and job of a job grain's key.</summary>
    public static (string EndpointId, string JobId) SplitJobKey(string key) => Split(key);

    /// <summary>The batch of an endpoint.</summary>
    public static IBatchGrain Batch(this IGrainFactory grains, string endpointId, string batchId) => GrainReferences.Get<IBatchGrain>(grains, $"{endpointId}/{batchId}");

    /// <summary>Endpoint and batch of a batch grain's key.</summary>
    public static (string EndpointId, string BatchId) SplitBatchKey(string key) => Split(key);

    /// <summary>The batches of a user on an endpoint.</summary>
    public static IBatchListGrain BatchList(this IGrainFactory grains, string endpointId, string userId) => GrainReferences.Get<IBatchListGrain>(grains, $"{endpointId}/{userId}");

    /// <summary>Endpoint and user of a batch list grain's key.</summary>
    public static (string EndpointId, string UserId) SplitBatchListKey(string key) => Split(key);

    /// <summary>The queue of an endpoint.</summary>
    public static IQueueGrain Queue(this IGrainFactory grains, string endpointId) => GrainReferences.Get<IQueueGrain>(grains, $"{endpointId}/{QueueShard}");

    /// <summary>Endpoint and shard of a queue grain's key.</summary>
    public static (string EndpointId, string Shard) SplitQueueKey(string key) => Split(key);

    /// <summary>A worker, by the key in its identity.</summary>
    public static IInferenceGrain Inference(this IGrainFactory grains, string workerKey) => GrainReferences.Get<IInferenceGrain>(grains, workerKey);

    /// <summary>The key of a slot of a silo's device.</summary>
    public static string WorkerKey(SiloAddress silo, string deviceId, int slot)
    {
        ArgumentNullException.ThrowIfNull(silo);
        return $"{silo.ToParsableString()}/{deviceId}/{slot}";
    }

    /// <summary>Silo, device and slot of an inference grain's key.</summary>
    public static (SiloAddress Silo, string DeviceId, int Slot) SplitWorkerKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var parts = key.Split('/');
        return (SiloAddress.FromParsableString(parts[0]), parts[1], int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The limiter of a user's operation on all endpoints, or on one.</summary>
    public static IRateLimiterGrain RateLimiter(this IGrainFactory grains, string operation, string userId, string? endpointId) =>
        GrainReferences.Get<IRateLimiterGrain>(grains, endpointId is null ? $"{operation}/{userId}" : $"{operation}/{userId}/{endpointId}");

    /// <summary>The operation of a rate limiter grain's key.</summary>
    public static string RateLimiterOperation(string key) => Split(key).First;

    /// <summary>The key of an id.</summary>
    public static IApiKeyGrain ApiKey(this IGrainFactory grains, string keyId) => GrainReferences.Get<IApiKeyGrain>(grains, keyId);

    /// <summary>The user of a name.</summary>
    public static IUserGrain User(this IGrainFactory grains, string userId) => GrainReferences.Get<IUserGrain>(grains, userId);

    /// <summary>The expiry bucket of a minute and shard.</summary>
    public static IExpiryGrain Expiry(this IGrainFactory grains, string bucket) => GrainReferences.Get<IExpiryGrain>(grains, bucket);

    /// <summary>The deliveries to a receiver, by the key that the outbox gives it.</summary>
    public static IWebhookGrain Webhook(this IGrainFactory grains, string receiver) => GrainReferences.Get<IWebhookGrain>(grains, receiver);

    private static (string First, string Remainder) Split(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], key[(slash + 1)..]);
    }
}
