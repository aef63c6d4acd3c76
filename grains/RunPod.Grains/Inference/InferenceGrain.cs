using RunPod.Contracts;
using RunPod.Contracts.Inference;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Grains.Endpoints;

namespace RunPod.Grains.Inference;

/// <summary>The address of a worker: calls arrive here, the work is done by a <see cref="Worker"/> on tasks and a thread of its own.</summary>
[DevicePlacement, KeepAlive]
internal sealed class InferenceGrain(ILocalSiloDetails silo, DeviceInventory devices, ServedEndpoints endpoints, WorkerServices services) : Grain, IInferenceGrain
{
    private Worker? _worker;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }
    }

    public Task EnsureStartedAsync()
    {
        _worker ??= CreateWorker();
        return Task.CompletedTask;
    }

    // A fresh activation has no worker until its silo asks for one: whatever a queue believes of it is about an earlier one.
    public Task<bool> StartAsync(Assignment assignment) => Task.FromResult(_worker?.TryAccept(assignment) ?? false);

    public Task StopAsync(string endpointId, string jobId, int attempt)
    {
        _worker?.Stop(endpointId, jobId, attempt);
        return Task.CompletedTask;
    }

    private Worker CreateWorker()
    {
        var key = this.GetPrimaryKeyString();
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
        var worker = new Worker(identity, device, endpoints.All, services);
        services.Drain.Add(worker);
        return worker;
    }
}
