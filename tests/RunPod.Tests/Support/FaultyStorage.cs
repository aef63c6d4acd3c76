using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace RunPod.Tests.Support;

/// <summary>The job states' grain storage, with what a test does before its writes, and a count of its reads.</summary>
internal sealed class FaultyStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private const string Name = "jobs";
    private IGrainStorage _inner = null!;
    private int _reads;

    /// <summary>Runs before each write; what it throws is what the write throws.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Puts itself before the storage of a silo.</summary>
    public void AddTo(ISiloBuilder silo)
    {
        var behind = silo.Services.Last(service => service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, Name));
        silo.Services.AddKeyedSingleton<IGrainStorage>(Name, (services, name) =>
        {
            _inner = (IGrainStorage)behind.KeyedImplementationFactory!(services, name);
            return this;
        });
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Interlocked.Increment(ref _reads);
        return _inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await BeforeWrite();
        await _inner.WriteStateAsync(stateName, grainId, grainState);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _inner.ClearStateAsync(stateName, grainId, grainState);

    public void Participate(ISiloLifecycle observer) => ((ILifecycleParticipant<ISiloLifecycle>)_inner).Participate(observer);
}
