namespace RunPod.Contracts.Batches;

/// <summary>A batch as its owner may see it.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchSnapshot")]
public sealed record BatchSnapshot
{
    /// <summary>Its id.</summary>
    [Id(0)] public required string BatchId { get; init; }

    /// <summary>The user who created it.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>What the user calls it.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>Its state; FINALIZED also while a cancelled batch drains.</summary>
    [Id(3)] public required BatchStatus Status { get; init; }

    /// <summary>How many requests it has.</summary>
    [Id(4)] public required int Total { get; init; }

    /// <summary>How many of them are in which state.</summary>
    [Id(5)] public required BatchCounts Counts { get; init; }

    /// <summary>When it was created.</summary>
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its requests were fixed.</summary>
    [Id(7)] public DateTimeOffset? FinalizedAt { get; init; }

    /// <summary>When it reached its terminal state.</summary>
    [Id(8)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it FAILED.</summary>
    [Id(9)] public string? Error { get; init; }

    /// <summary>Whether the batch is gone again unless <see cref="IBatchGrain.KeepAsync"/> is called.</summary>
    [Id(10)] public bool IsProvisional { get; init; }

    /// <summary>Requests that have not ended.</summary>
    public int Remaining => Total - Counts.Completed - Counts.Failed;
}
