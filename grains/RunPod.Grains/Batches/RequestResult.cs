using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>Where a request stands, as its batch knows it.</summary>
[GenerateSerializer, Immutable, Alias("runpod.RequestResult")]
internal readonly record struct RequestResult(
    [property: Id(0)] JobStatus Status,
    [property: Id(1)] DateTimeOffset? StartedAt,
    [property: Id(2)] DateTimeOffset? EndedAt);
