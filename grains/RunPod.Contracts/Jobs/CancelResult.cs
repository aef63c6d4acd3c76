namespace RunPod.Contracts.Jobs;

/// <summary>The outcome of a cancellation and the job after it.</summary>
[GenerateSerializer, Immutable, Alias("runpod.CancelResult")]
public sealed record CancelResult(
    [property: Id(0)] CancelOutcome Outcome,
    [property: Id(1)] JobSnapshot? Job);
