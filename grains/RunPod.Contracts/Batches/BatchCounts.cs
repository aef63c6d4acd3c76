namespace RunPod.Contracts.Batches;

/// <summary>How many requests of a batch are in which state; those that wait are the rest.</summary>
/// <param name="InProgress">Running.</param>
/// <param name="Completed">Ended with an output.</param>
/// <param name="Failed">Ended in any other way, so that <c>Completed + Failed</c> reaches the total whatever happens.</param>
/// <param name="Cancelled">Those of <c>Failed</c> that were cancelled.</param>
[GenerateSerializer, Immutable, Alias("runpod.BatchCounts")]
public readonly record struct BatchCounts(
    [property: Id(0)] int InProgress,
    [property: Id(1)] int Completed,
    [property: Id(2)] int Failed,
    [property: Id(3)] int Cancelled);
