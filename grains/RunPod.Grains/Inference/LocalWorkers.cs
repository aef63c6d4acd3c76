using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Endpoints;

namespace RunPod.Grains.Inference;

/// <summary>
/// The workers of this silo, one for each slot of a device. They live as long as the silo: the grains that are their addresses do not,
/// since a silo that is lost takes its part of the grain directory with it, and Orleans then ends the activations that were entered there, on every silo.
/// From the moment the process is told to stop they take no job; what still runs after <see cref="WorkerOptions.DrainTimeout"/> goes back to the head
/// of its queue, and does not count as a lost attempt.
/// </summary>
internal sealed partial class LocalWorkers
{
    private readonly ILocalSiloDetails _silo;
    private readonly DeviceInventory _devices;
    private readonly ServedEndpoints _endpoints;
    private readonly WorkerServices _services;
    private readonly TimeSpan _drainTimeout;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Worker> _workers = [];
    private Task _drained = Task.CompletedTask;

    public LocalWorkers(
        ILocalSiloDetails silo, DeviceInventory devices, ServedEndpoints endpoints, WorkerServices services, IHostApplicationLifetime lifetime,
        IOptions<WorkerOptions> options, ILogger<LocalWorkers> logger)
    {
        (_silo, _devices, _endpoints, _services, _drainTimeout, _logger) = (silo, devices, endpoints, services, options.Value.DrainTimeout, logger);

        // At once and not when the silo stops: that waits for the front end's requests first.
        lifetime.ApplicationStopping.Register(() => _drained = Task.Run(DrainAsync));
    }

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
                _workers.Add(key, Create(key));
            }
        }
    }

    /// <summary>Ends all workers and returns when they have, those that run a job after they had the time to finish it.</summary>
    public async Task EndAsync()
    {
        await _drained;
        await Task.WhenAll(All().Select(worker => worker.DisposeAsync().AsTask()));
    }

    private async Task DrainAsync()
    {
        var workers = All();
        if (workers.Count(worker => worker.IsRunning) is > 0 and var running)
        {
            LogFinishing(running, _drainTimeout);
        }

        try
        {
            await Task.WhenAll(workers.Select(worker => worker.Finished)).WaitAsync(_drainTimeout, _services.Clock);
        }
        catch (TimeoutException)
        {
            await Task.WhenAll(workers.Select(worker => worker.HandBackAsync()));
        }
    }

    private Worker[] All()
    {
        lock (_gate)
        {
            return [.. _workers.Values];
        }
    }

    private Worker Create(string key)
    {
        var (_, deviceId, slot) = GrainKeys.SplitWorkerKey(key);
        var device = _devices.All.Select(entry => entry.Device).FirstOrDefault(device => device.Id == deviceId)
            ?? throw new InvalidOperationException($"Silo {_silo.Name} has no device {deviceId}.");
        var identity = new WorkerIdentity
        {
            GrainKey = key,
            WorkerId = $"{_silo.Name}-{deviceId.Replace(':', '-')}-{slot}",
            Gpu = device.Name,
            Silo = _silo.SiloAddress,
        };
        return new Worker(identity, device, _endpoints.All, _services);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Running} running jobs have {Timeout} to finish, then they go back to their queue")]
    private partial void LogFinishing(int running, TimeSpan timeout);
}
