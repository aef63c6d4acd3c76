using RunPod.Contracts.Inference;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Inference;

/// <summary>The address of a worker: calls arrive here, the work is done by a <see cref="Worker"/> on tasks and a thread of its own.</summary>
[DevicePlacement, KeepAlive]
internal sealed class InferenceGrain(LocalWorkers workers) : Grain, IInferenceGrain
{
    // Null until the silo asks for one: whatever a queue believes of it is about an earlier process.
    private Worker? Worker => workers.Find(this.GetPrimaryKeyString());

    public Task EnsureStartedAsync()
    {
        workers.Start(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<bool> StartAsync(Assignment assignment) => Task.FromResult(Worker?.TryAccept(assignment) ?? false);

    public Task StopAsync(string endpointId, string jobId, int attempt)
    {
        Worker?.Stop(endpointId, jobId, attempt);
        return Task.CompletedTask;
    }
}
