namespace RunPod.Grains.Queues;

/// <summary>A job's lease.</summary>
/// <param name="LeaseId">Its number.</param>
/// <param name="WorkerKey">The worker that holds it.</param>
/// <param name="Silo">That worker's silo.</param>
/// <param name="EndsAt">When it ends without a heartbeat.</param>
internal sealed record QueueLease(long LeaseId, string WorkerKey, SiloAddress Silo, DateTimeOffset EndsAt);
