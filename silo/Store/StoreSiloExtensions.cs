using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace RunPod.Silo.Store;

/// <summary>Puts what Orleans keeps into the store, over one shared connection.</summary>
internal static class StoreSiloExtensions
{
    /// <summary>The membership of the cluster and its reminders.</summary>
    public static ISiloBuilder UseStore(this ISiloBuilder silo, IConnectionMultiplexer redis)
    {
        var shared = Task.FromResult((redis, true));
        var configuration = ConfigurationOptions.Parse(redis.Configuration);
        silo.UseRedisClustering(o => (o.ConfigurationOptions, o.CreateMultiplexer) = (configuration, _ => shared));
        silo.UseRedisReminderService(o => (o.ConfigurationOptions, o.CreateMultiplexer) = (configuration, _ => shared));
        return silo;
    }

    /// <summary>A grain storage: no .NET type names in the data, and no key left behind by a cleared state.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The provider's name, as in <c>[PersistentState("job", "jobs")]</c>.</param>
    /// <param name="redis">The connection.</param>
    /// <param name="gate">The embedded store's gate.</param>
    public static ISiloBuilder AddStoreGrainStorage(this ISiloBuilder silo, string name, IConnectionMultiplexer redis, CheckpointGate? gate)
    {
        var shared = Task.FromResult((redis, true));
        var provider = gate is null ? name : $"{name}/redis";
        silo.AddRedisGrainStorage(provider, storage => storage.Configure<Serializer>((options, serializer) =>
        {
            (options.ConfigurationOptions, options.CreateMultiplexer) = (ConfigurationOptions.Parse(redis.Configuration), _ => shared);

            // The default serializer writes type names, so that a renamed type could not read what is stored.
            (options.GrainStorageSerializer, options.DeleteStateOnClear) = (new OrleansGrainStorageSerializer(serializer), true);
        }));
        if (gate is not null)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                name, (services, _) => new GatedGrainStorage(services.GetRequiredKeyedService<IGrainStorage>(provider), gate));
        }

        return silo;
    }
}
