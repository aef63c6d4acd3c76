namespace RunPod.Contracts.Jobs;

/// <summary>A worker's request to begin an attempt under a lease of the queue.</summary>
[GenerateSerializer, Immutable, Alias("runpod.AttemptRequest")]
public sealed record AttemptRequest
{
    /// <summary>The queue's lease; later leases of an endpoint have larger numbers.</summary>
    [Id(0)] public required long LeaseId { get; init; }

    /// <summary>Where the attempt will run.</summary>
    [Id(1)] public required WorkerIdentity Worker { get; init; }
}
