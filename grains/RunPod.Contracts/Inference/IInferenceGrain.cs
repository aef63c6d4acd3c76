using Orleans.Concurrency;
using RunPod.Contracts.Queues;

namespace RunPod.Contracts.Inference;

/// <summary>A worker, pinned to the silo that owns its device; keyed <c>silo/device/slot</c>.</summary>
[Alias("runpod.IInferenceGrain")]
public interface IInferenceGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the worker loads its models and takes jobs; called again, it changes nothing.</summary>
    [Alias("EnsureStarted")]
    Task EnsureStartedAsync();

    /// <summary>Accepts the assignment, or answers false if the worker is busy. The outcome reaches the job as a later report.</summary>
    [Alias("Start")]
    Task<bool> StartAsync(Assignment assignment);

    /// <summary>Stops the job's attempt if it runs here.</summary>
    [OneWay, Alias("Stop")]
    Task StopAsync(string endpointId, string jobId, int attempt);
}
