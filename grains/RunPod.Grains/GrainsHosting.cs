using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Endpoints;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Requests;
using RunPod.Grains.Batches;
using RunPod.Grains.Endpoints;
using RunPod.Grains.Expiry;
using RunPod.Grains.Idempotency;
using RunPod.Grains.Inference;
using RunPod.Grains.Jobs;
using RunPod.Grains.Limits;
using RunPod.Grains.Queues;
using RunPod.Grains.Requests;
using RunPod.Grains.Store;
using RunPod.Grains.Streams;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains;

/// <summary>Adds the grains to a silo.</summary>
public static class GrainsHosting
{
    /// <summary>The names of the grain storages that the host must provide.</summary>
    public static IReadOnlyList<string> StorageNames { get; } = [JobGrain.StorageName, Keys.UserGrain.StorageName, BatchGrain.StorageName];

    /// <summary>
    /// Adds the grains and their options. The host provides an <c>IConnectionMultiplexer</c>, an <c>IObjectStore</c> and <c>IObjectStores</c>,
    /// an <c>ISecretProtector</c>, an <c>IWebhookSender</c>, reminders, and the grain storages of <see cref="StorageNames"/>.
    /// </summary>
    public static ISiloBuilder AddRunPodGrains(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section)
            .Validate(o => o.MaxAttempts >= 1, "Jobs:MaxAttempts must be at least 1.")
            .Validate(o => o.IdleTime > TimeSpan.Zero && o.MaxIdle >= 0 && o.MaxIdleBytes >= 0,
                "Jobs:IdleTime must be a positive time such as 00:00:05, and Jobs:MaxIdle and Jobs:MaxIdleBytes must not be negative.")
            .Validate(o => o.MaxOutputBytes is >= 1 << 10 and <= 64 << 20, "Jobs:MaxOutputBytes must be between 1024 and 67108864 bytes (64 MiB).").ValidateOnStart();
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section)
            .Validate(o => o.Async > TimeSpan.Zero && o.Sync > TimeSpan.Zero, "Retention:Async and Retention:Sync must be positive times such as 00:30:00.").ValidateOnStart();
        services.AddOptions<ExpiryOptions>().BindConfiguration(ExpiryOptions.Section)
            .Validate(o => o.Shards is >= 1 and <= ExpiryBucket.MaxShards, $"Expiry:Shards must be from 1 to {ExpiryBucket.MaxShards}.")
            .Validate(o => o.Resolution > TimeSpan.Zero && o.Resolution <= TimeSpan.FromSeconds(10), "Expiry:Resolution must be between 0 and 10 seconds.").ValidateOnStart();
        services.AddOptions<EndpointQueueOptions>().BindConfiguration(EndpointQueueOptions.Section)
            .Validate(o => o.Lease >= TimeSpan.FromSeconds(5), "EndpointQueue:Lease must be at least 5 seconds.")
            .Validate(o => o.Heartbeat > TimeSpan.Zero && o.Heartbeat <= o.Lease / 3, "EndpointQueue:Heartbeat must be at most a third of EndpointQueue:Lease.")
            .Validate(o => o.AnswerTimeout is not { } time || (time > TimeSpan.Zero && time <= o.Lease / 3), "EndpointQueue:AnswerTimeout must be at most a third of EndpointQueue:Lease.")
            .Validate(o => o.LowPriorityHold >= TimeSpan.Zero && o.LowPriorityPatience > TimeSpan.Zero,
                "EndpointQueue:LowPriorityHold must not be negative, and EndpointQueue:LowPriorityPatience must be positive.")
            .Validate(o => o.MinCapacity >= 1 && o.CapacityPerWorker >= 0, "EndpointQueue:MinCapacity must be at least 1 and EndpointQueue:CapacityPerWorker at least 0.").ValidateOnStart();
        services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.Section)
            .Validate(o => o is { MaxRequests: >= 1, MaxActive: >= 1, MaxQueued: >= 1, Window: >= 1 },
                "Batches:MaxRequests, Batches:MaxActive, Batches:MaxQueued and Batches:Window must be at least 1.")
            .Validate(o => o.MaxBytes >= 8 << 10, "Batches:MaxBytes must be at least 8192 bytes, so that a batch and a request fit.")
            .Validate(o => o.Retention > TimeSpan.Zero, "Batches:Retention must be a positive time such as 3.00:00:00.").ValidateOnStart();
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section)
            .Validate(o => o.Operations.Values.All(l => l.Requests >= 1 && l.Concurrency >= 1 && l.Window > TimeSpan.Zero),
                "RateLimits:Operations:NAME needs Requests and Concurrency of at least 1 and a positive Window.")
            .Validate(o => o.Lease >= TimeSpan.FromSeconds(15), "RateLimits:Lease must be at least 15 seconds, so that waiting requests can renew it.")
            .Validate(o => o.RestoreWithin > TimeSpan.Zero, "RateLimits:RestoreWithin must be a positive time such as 00:00:00.25.").ValidateOnStart();
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section)
            .Validate(o => o.MaxTries is >= 1 and <= OutboxItem.MaxTries, $"Webhooks:MaxTries must be from 1 to {OutboxItem.MaxTries}.")
            .Validate(o => o.RetryAfter > TimeSpan.Zero && o.Timeout > TimeSpan.Zero && o.MaxWait > TimeSpan.Zero,
                "Webhooks:RetryAfter, Webhooks:Timeout and Webhooks:MaxWait must be positive times such as 00:00:10.")
            .Validate(o => o.Concurrency >= 1 && o.ConcurrencyPerReceiver >= 1, "Webhooks:Concurrency and Webhooks:ConcurrencyPerReceiver must be at least 1.")
            .Validate(o => o is { ConcurrencyPerUser: >= 1, MaxBytes: >= 1, MaxBytesPerUser: >= 1 },
                "Webhooks:ConcurrencyPerUser, Webhooks:MaxBytes and Webhooks:MaxBytesPerUser must be at least 1.")
            .Validate(o => o.MaxBackOff >= TimeSpan.Zero, "Webhooks:MaxBackOff must not be negative.")
            .Validate(o => o.SecretOverlap >= TimeSpan.Zero, "Webhooks:SecretOverlap must not be negative.").ValidateOnStart();
        services.AddOptions<StreamOptions>().BindConfiguration(StreamOptions.Section)
            .Validate(o => o.MaxBytes >= StreamOptions.SmallestMaxBytes, $"Streams:MaxBytes must be at least {StreamOptions.SmallestMaxBytes}, so that one chunk fits.").ValidateOnStart();
        services.AddOptions<IdempotencyOptions>().BindConfiguration(IdempotencyOptions.Section)
            .Validate(o => o.Retention >= TimeSpan.FromMinutes(1), "Idempotency:Retention must be at least 1 minute.").ValidateOnStart();
        services.TryAddSingleton<StoreKeys>();
        services.TryAddSingleton<ExpiryIndex>();
        services.TryAddSingleton<IdleJobs>();
        services.TryAddSingleton<JobStreams>();
        services.TryAddSingleton<RequestIndex>();
        services.TryAddSingleton<IRequestIndex>(provider => provider.GetRequiredService<RequestIndex>());
        services.TryAddSingleton<IIdempotencyKeys, IdempotencyKeys>();
        services.TryAddSingleton<Outbox>();
        services.TryAddSingleton<StoredWindows>();
        services.TryAddSingleton<DeliverySlots>();
        services.TryAddSingleton<WebhookMessages>();
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton<JobMetrics>();
        services.TryAddSingleton<QueueMetrics>();
        services.TryAddSingleton<BatchBytes>();
        services.TryAddSingleton<BatchIndex>();
        services.TryAddSingleton<BatchMetrics>();
        services.TryAddSingleton<EndpointCatalog>();
        services.TryAddSingleton<IEndpointCatalog>(provider => provider.GetRequiredService<EndpointCatalog>());
        services.TryAddSingleton<SiloStop>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<SiloStop>());
        services.AddPlacementDirector<DevicePlacement, DevicePlacementDirector>();

        // An inference grain needs them wherever it is compiled in; they read nothing until a worker starts.
        services.TryAddSingleton<DeviceInventory>();
        services.TryAddSingleton<ServedEndpoints>();
        services.TryAddSingleton<ModelHost>();
        services.TryAddSingleton<StoringRoom>();
        services.TryAddSingleton<WorkerServices>();
        services.TryAddSingleton<LocalWorkers>();
        return silo;
    }

    /// <summary>Makes the silo serve the endpoints of its model repository on its devices. The host adds one <c>IModelFormat</c> per kind of model.</summary>
    public static ISiloBuilder AddRunPodWorkers(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.Section)
            .Validate(o => o.SlotsPerDevice >= 1 && o.Devices.All(d => d.Slots is null or >= 1), "Workers:SlotsPerDevice and Workers:Devices:N:Slots must be at least 1.")
            .Validate(o => o.DrainTimeout >= TimeSpan.Zero, "Workers:DrainTimeout must not be negative.")
            .Validate(o => o.MaxStoringBytes >= 0 && o.MaxStoringBytesPerUser >= 0, "Workers:MaxStoringBytes and Workers:MaxStoringBytesPerUser must not be negative.")
            .Validate(o => o.DiscardTimeout > TimeSpan.Zero, "Workers:DiscardTimeout must be positive.")
            .Validate(o => o.LoadRetry > TimeSpan.Zero && o.LoadRetryMax >= o.LoadRetry, "Workers:LoadRetry must be positive, and Workers:LoadRetryMax at least as long.")
            .Validate(o => o.Devices.All(d => IsDeviceId(d.Id)), "Workers:Devices:N:Id must be cpu:N or cuda:N, such as cuda:0.").ValidateOnStart();
        services.AddOptions<ModelRepositoryOptions>().BindConfiguration(ModelRepositoryOptions.Section);
        services.AddOptions<Dictionary<string, EndpointOptions>>().BindConfiguration(EndpointOptions.Section)
            .Validate(o => o.Keys.All(ServedEndpoints.IsName), "Endpoints:NAME must be a name of letters, digits, '.', '_' and '-'.").ValidateOnStart();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, WorkerStarter>();
        return silo;
    }

    private static bool IsDeviceId(string id) =>
        id.Split(':') is ["cpu" or "cuda", var ordinal] && int.TryParse(ordinal, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0;
}
