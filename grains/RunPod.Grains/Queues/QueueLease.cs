namespace RunPod.Grains.Queues;

/// <summary>A job's lease.</summary>
/// <param name="LeaseId">Its number.</param>
/// <param name="WorkerKey">The worker that holds it.</param>
/// <param name="Silo">That worker's silo.</param>
/// <param name="EndsAt">When it ends without a heartbeat.</param>
/// <param name="Order">The worker's message that it answers, or the first one that named it: a later one that does not name it says that the worker does not have it.</param>
internal sealed record QueueLease(long LeaseId, string WorkerKey, SiloAddress Silo, DateTimeOffset EndsAt, long Order = long.MaxValue);
