using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>A stored page of requests. It is written once and never changed.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchInputs")]
internal sealed record BatchInputs
{
    [Id(0)] public required JobSubmission[] Requests { get; init; }
}
