using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>A job's word to its batch: where it stands.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchRequestNote")]
public sealed record BatchRequestNote
{
    /// <summary>The job.</summary>
    [Id(0)] public required string RequestId { get; init; }

    /// <summary>Its state.</summary>
    [Id(1)] public required JobStatus Status { get; init; }

    /// <summary>When its last attempt began.</summary>
    [Id(2)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(3)] public DateTimeOffset? EndedAt { get; init; }
}
