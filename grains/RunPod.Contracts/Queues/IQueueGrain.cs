using Orleans.Concurrency;
using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Queues;

/// <summary>An endpoint's queue, keyed <c>endpoint/shard</c>: the order of open jobs, their leases, the workers that serve them. It never calls a job.</summary>
[Alias("runpod.IQueueGrain")]
public interface IQueueGrain : IGrainWithStringKey
{
    /// <summary>Puts a job at the tail, durably; a job that is already there keeps its place. False if the queue is full.</summary>
    [Alias("Enqueue")]
    Task<bool> EnqueueAsync(string jobId);

    /// <summary>Takes a job out that ended other than by its worker's report. Unknown jobs are not an error.</summary>
    [Alias("Remove")]
    Task RemoveAsync(string jobId, JobStatus outcome);

    /// <summary>A worker without work asks for some; null means that the queue will call <c>IInferenceGrain.StartAsync</c> when there is.</summary>
    [Alias("Take")]
    Task<Assignment?> TakeAsync(WorkerIdentity worker);

    /// <summary>Ends a lease; a lease that is no longer current is ignored.</summary>
    /// <param name="worker">The worker that held it.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="outcome">The job's outcome where this worker's report made it; null if the job had nothing to run.</param>
    [Alias("Release")]
    Task ReleaseAsync(WorkerIdentity worker, Assignment lease, JobStatus? outcome);

    /// <summary>Tells that a worker lives, what it does, and renews its lease. False if the lease it names is no longer its own.</summary>
    [Alias("Heartbeat")]
    Task<bool> HeartbeatAsync(WorkerHeartbeat heartbeat);

    /// <summary>What <c>/health</c> shows.</summary>
    [AlwaysInterleave, ReadOnly, Alias("GetHealth")]
    Task<EndpointHealth> GetHealthAsync();
}
