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
}
