using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>A service on each store that tests share one after the other; started when the first of them asks, and again after one that left it ended.</summary>
public abstract class SilosOnEachStore : IAsyncLifetime
{
    private readonly Dictionary<StoreKind, SiloProcess> _silos = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var silo in _silos.Values)
        {
            await silo.DisposeAsync();
        }
    }

    internal async Task<SiloProcess> GetAsync(StoreKind store)
    {
        if (!_silos.TryGetValue(store, out var silo))
        {
            _silos.Add(store, silo = await StartAsync(store));
        }
        else if (silo.HasExited)
        {
            await silo.StartAsync();
        }

        return silo;
    }

    private protected abstract Task<SiloProcess> StartAsync(StoreKind store);
}
