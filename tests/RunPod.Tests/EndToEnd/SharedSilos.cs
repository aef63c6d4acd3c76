using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>A service on each store for the tests that leave it as they found it; started when the first of them asks.</summary>
public sealed class SharedSilos : IAsyncLifetime
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
            _silos.Add(store, silo = await SiloProcess.StartAsync(store));
        }

        return silo;
    }
}
