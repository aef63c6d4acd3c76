using Orleans.Concurrency;
using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Queues;

/// <summary>An endpoint's queue, keyed <c>endpoint/shard</c>: the order of open jobs, their leases, the workers that serve them. It never calls a job.</summary>
[Alias("runpod.IQueueGrain")]
public interface IQueueGrain : IGrainWithStringKey
{
    /// <summary>Puts a job at the tail of its priority, durably; a job that is already there keeps its place. False if the queue is full.</summary>
    [Alias("Enqueue")]
    Task<bool> EnqueueAsync(string jobId, bool lowPriority);

    /// <summary>Those of some jobs that wait for a worker.</summary>
    [AlwaysInterleave, ReadOnly, Alias("SelectWaiting")]
    Task<string[]> SelectWaitingAsync(string[] jobIds);

    /// <summary>Takes a job out, waiting or leased; a job that is not there is not an error.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="outcome">How it ended; null if it never was, or is gone.</param>
    [Alias("Remove")]
    Task RemoveAsync(string jobId, JobStatus? outcome);

    /// <summary>A worker without work asks for some; null means that the queue will call <c>IInferenceGrain.StartAsync</c> when there is.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="order">Counts what the worker tells its queues, as <see cref="WorkerHeartbeat.Order"/> does.</param>
    [Alias("Take")]
    Task<Assignment?> TakeAsync(WorkerIdentity worker, long order);

    /// <summary>Tells that a worker lives, what it does, and renews its lease. False if the lease it names is no longer its own.</summary>
    [Alias("Heartbeat")]
    Task<bool> HeartbeatAsync(WorkerHeartbeat heartbeat);

    /// <summary>A worker that stops gives a job back, which waits again at its place: the head, since it was first before.</summary>
    [Alias("HandBack")]
    Task HandBackAsync(Assignment assignment);

    /// <summary>What <c>/health</c> shows.</summary>
    [AlwaysInterleave, ReadOnly, Alias("GetHealth")]
    Task<EndpointHealth> GetHealthAsync();
}
