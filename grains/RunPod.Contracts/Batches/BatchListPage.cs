namespace RunPod.Contracts.Batches;

/// <summary>A part of a user's batches.</summary>
/// <param name="Batches">Newest first.</param>
/// <param name="Total">How many the whole list has.</param>
[GenerateSerializer, Immutable, Alias("runpod.BatchListPage")]
public sealed record BatchListPage(
    [property: Id(0)] BatchSnapshot[] Batches,
    [property: Id(1)] long Total);
