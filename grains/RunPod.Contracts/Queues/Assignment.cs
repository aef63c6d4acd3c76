namespace RunPod.Contracts.Queues;

/// <summary>A job leased to a worker.</summary>
[GenerateSerializer, Immutable, Alias("runpod.Assignment")]
public sealed record Assignment
{
    /// <summary>The endpoint.</summary>
    [Id(0)] public required string EndpointId { get; init; }

    /// <summary>The job.</summary>
    [Id(1)] public required string JobId { get; init; }

    /// <summary>The lease; later leases of an endpoint have larger numbers.</summary>
    [Id(2)] public required long LeaseId { get; init; }
}
