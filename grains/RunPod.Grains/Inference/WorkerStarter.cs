using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Grains.Endpoints;

namespace RunPod.Grains.Inference;

/// <summary>On a silo with workers: announces the endpoints and keeps the inference grains of its devices alive, from when the silo is active until their workers have finished.</summary>
internal sealed partial class WorkerStarter(
    IGrainFactory grains, ILocalSiloDetails silo, DeviceInventory devices, ServedEndpoints endpoints, EndpointCatalog catalog, LocalWorkers workers, WorkerDrain drain, TimeProvider clock, ILogger<WorkerStarter> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(WorkerStarter), SiloStop.WorkersStage, StartAsync, StopAsync);

    public void Dispose() => _stopping.Dispose();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.AnnounceAsync(endpoints.All.Select(endpoint => endpoint.Id));
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        await drain.Ended;
        // A model that is slow to stop does not keep the silo.
        await workers.EndAsync().WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                await KeepAliveAsync();
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            await catalog.AnnounceAsync(endpoints.All.Select(endpoint => endpoint.Id));
            foreach (var (device, slots) in devices.All)
            {
                for (var slot = 0; slot < slots; slot++)
                {
                    await grains.Inference(GrainKeys.WorkerKey(silo.SiloAddress, device.Id, slot)).EnsureStartedAsync();
                }
            }
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            LogNotReached(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The workers of this silo could not be reached and will be tried again")]
    private partial void LogNotReached(Exception exception);
}
