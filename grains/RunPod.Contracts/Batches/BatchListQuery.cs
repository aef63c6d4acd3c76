namespace RunPod.Contracts.Batches;

/// <summary>Which of a user's batches to list.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchListQuery")]
public sealed record BatchListQuery
{
    /// <summary>How many of the newest to leave out.</summary>
    [Id(0)] public required long Offset { get; init; }

    /// <summary>How many to return at most.</summary>
    [Id(1)] public required int Limit { get; init; }

    /// <summary>Only those in this state; null for all.</summary>
    [Id(2)] public BatchStatus? Status { get; init; }
}
