using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Endpoints;

namespace RunPod.Grains.Inference;

/// <summary>
/// The workers of this silo, one for each slot of a device. They live as long as the silo: the grains that are their addresses do not,
/// since a silo that is lost takes its part of the grain directory with it, and Orleans then ends the activations that were entered there, on every silo.
/// </summary>
internal sealed class LocalWorkers(ILocalSiloDetails silo, DeviceInventory devices, ServedEndpoints endpoints, WorkerServices services)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Worker> _workers = [];

    /// <summary>The worker of a key, if it has been started.</summary>
    public Worker? Find(string key)
    {
        lock (_gate)
        {
            return _workers.GetValueOrDefault(key);
        }
    }

    /// <summary>Starts the worker of a key, unless it has been already.</summary>
    public void Start(string key)
    {
        lock (_gate)
        {
            if (!_workers.ContainsKey(key))
            {
                var worker = Create(key);
                _workers.Add(key, worker);
                services.Drain.Add(worker);
            }
        }
    }

    /// <summary>Ends all workers and returns when they have.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_workers.Values.Select(worker => worker.DisposeAsync().AsTask()));
        }
    }

    private Worker Create(string key)
    {
        var (_, deviceId, slot) = GrainKeys.SplitWorkerKey(key);
        var device = devices.All.Select(entry => entry.Device).FirstOrDefault(device => device.Id == deviceId)
            ?? throw new InvalidOperationException($"Silo {silo.Name} has no device {deviceId}.");
        var identity = new WorkerIdentity
        {
            GrainKey = key,
            WorkerId = $"{silo.Name}-{deviceId.Replace(':', '-')}-{slot}",
            Gpu = device.Name,
            Silo = silo.SiloAddress,
        };
        return new Worker(identity, device, endpoints.All, services);
    }
}
