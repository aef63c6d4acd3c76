namespace RunPod.Contracts.Batches;

/// <summary>A part of a batch's requests.</summary>
/// <param name="Requests">In the order in which they were added.</param>
/// <param name="Total">How many the whole list has.</param>
[GenerateSerializer, Immutable, Alias("runpod.BatchRequestPage")]
public sealed record BatchRequestPage(
    [property: Id(0)] BatchRequest[] Requests,
    [property: Id(1)] int Total);
