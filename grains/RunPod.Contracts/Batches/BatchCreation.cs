using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>A new batch.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchCreation")]
public sealed record BatchCreation
{
    /// <summary>The user, who alone sees it.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>What the user calls it.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Its first requests.</summary>
    [Id(2)] public required JobSubmission[] Requests { get; init; }

    /// <summary>The id of the batch, under which the creation may come again; null for a new one.</summary>
    [Id(3)] public string? BatchId { get; init; }

    /// <summary>
    /// Whether the batch is nobody's and soon gone unless <see cref="IBatchGrain.KeepAsync"/> is called: its creator may have given up
    /// by the time it is there, and then nobody knows its id.
    /// </summary>
    [Id(4)] public bool IsProvisional { get; init; }
}
