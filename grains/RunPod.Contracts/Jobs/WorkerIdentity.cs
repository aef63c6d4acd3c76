namespace RunPod.Contracts.Jobs;

/// <summary>A worker: one slot of one device of one silo.</summary>
[GenerateSerializer, Immutable, Alias("runpod.WorkerIdentity")]
public sealed record WorkerIdentity
{
    /// <summary>The key of its inference grain, unique for one life of its silo.</summary>
    [Id(0)] public required string GrainKey { get; init; }

    /// <summary>What clients see as <c>workerId</c>.</summary>
    [Id(1)] public required string WorkerId { get; init; }

    /// <summary>What clients see as <c>gpu</c>.</summary>
    [Id(2)] public required string Gpu { get; init; }

    /// <summary>The silo that owns the device, with its generation; the worker's leases end when the cluster declares it dead.</summary>
    [Id(3)] public required SiloAddress Silo { get; init; }
}
