namespace RunPod.Contracts.Batches;

/// <summary>The answer to an operation on a batch.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Batch">The batch after it, if there is one.</param>
/// <param name="Limit">The limit that was reached.</param>
/// <param name="MaxBytes">
/// Not 0 with <see cref="BatchOutcome.TooManyBatches"/> if it is not their number but their bytes that are too many: then <see cref="BatchOptions.MaxBytes"/>.
/// A front end of the previous version knows no outcome of its own for it.
/// </param>
[GenerateSerializer, Immutable, Alias("runpod.BatchAnswer")]
public sealed record BatchAnswer(
    [property: Id(0)] BatchOutcome Outcome,
    [property: Id(1)] BatchSnapshot? Batch = null,
    [property: Id(2)] int Limit = 0,
    [property: Id(3)] long MaxBytes = 0);
