using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Queues;

/// <summary>A worker's sign of life to one endpoint's queue.</summary>
[GenerateSerializer, Immutable, Alias("runpod.WorkerHeartbeat")]
public sealed record WorkerHeartbeat
{
    /// <summary>The worker.</summary>
    [Id(0)] public required WorkerIdentity Worker { get; init; }

    /// <summary>What it does.</summary>
    [Id(1)] public required WorkerState State { get; init; }

    /// <summary>Why it is unhealthy.</summary>
    [Id(2)] public string? Reason { get; init; }

    /// <summary>The lease under which it is running.</summary>
    [Id(3)] public Assignment? Lease { get; init; }

    /// <summary>Counts what the worker tells its queues: of two messages that overtook each other, the later one holds.</summary>
    [Id(4)] public required long Order { get; init; }

    /// <summary>All leases of the queue that the worker holds, of which a message renews one; null if the worker cannot tell, since it is asking for one more.</summary>
    [Id(5)] public long[]? Held { get; init; }
}
