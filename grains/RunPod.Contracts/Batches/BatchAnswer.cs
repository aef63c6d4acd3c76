namespace RunPod.Contracts.Batches;

/// <summary>The outcome of an operation, and the batch after it if there is one.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchAnswer")]
public sealed record BatchAnswer(
    [property: Id(0)] BatchOutcome Outcome,
    [property: Id(1)] BatchSnapshot? Batch = null);
