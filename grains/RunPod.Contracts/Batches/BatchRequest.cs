using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>A request of a batch, without what its job keeps: input, output, error.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchRequest")]
public sealed record BatchRequest
{
    /// <summary>Its id, and that of its job.</summary>
    [Id(0)] public required string RequestId { get; init; }

    /// <summary>Its state; IN_QUEUE also before the batch has made it a job.</summary>
    [Id(1)] public required JobStatus Status { get; init; }

    /// <summary>When its last attempt began.</summary>
    [Id(2)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(3)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether there may be a job of this id.</summary>
    [Id(4)] public required bool HasJob { get; init; }
}
