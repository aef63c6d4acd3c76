using Orleans.Storage;

namespace RunPod.Silo.Store;

internal static class StoreSiloExtensions
{
    /// <summary>Grain storage in the store: Orleans' own serializer, and no key left behind by a cleared state.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The provider's name, as in <c>[PersistentState("job", "jobs")]</c>.</param>
    /// <param name="store">The open store.</param>
    public static ISiloBuilder AddStoreGrainStorage(this ISiloBuilder silo, string name, StoreConnection store)
    {
        var provider = store.Gate is null ? name : $"{name}/redis";
        silo.AddRedisGrainStorage(provider, storage => storage.Configure<IServiceProvider>((options, services) =>
        {
            options.ConfigurationOptions = store.ConfigurationOptions;
            options.DeleteStateOnClear = true;
            options.GrainStorageSerializer = ActivatorUtilities.CreateInstance<OrleansGrainStorageSerializer>(services);
        }));
        if (store.Gate is { } gate)
        {
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                name, (services, _) => new GatedGrainStorage(services.GetRequiredKeyedService<IGrainStorage>(provider), gate));
        }

        return silo;
    }
}
