namespace RunPod.Contracts.Batches;

/// <summary>The answer to an operation on a batch.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Batch">The batch after it, if there is one.</param>
/// <param name="Limit">The limit that was reached.</param>
[GenerateSerializer, Immutable, Alias("runpod.BatchAnswer")]
public sealed record BatchAnswer(
    [property: Id(0)] BatchOutcome Outcome,
    [property: Id(1)] BatchSnapshot? Batch = null,
    [property: Id(2)] int Limit = 0);
