using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>Which requests of a batch to list.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchRequestQuery")]
public sealed record BatchRequestQuery
{
    /// <summary>How many to leave out.</summary>
    [Id(0)] public required long Offset { get; init; }

    /// <summary>How many to return at most.</summary>
    [Id(1)] public required int Limit { get; init; }

    /// <summary>Only those in this state; null for all.</summary>
    [Id(2)] public JobStatus? Status { get; init; }
}
