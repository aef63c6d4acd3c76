namespace RunPod.Contracts.Jobs;

/// <summary>The outcome of a client's retry and the job's state after it; IN_QUEUE if there is no such job.</summary>
[GenerateSerializer, Immutable, Alias("runpod.RetryResult")]
public sealed record RetryResult(
    [property: Id(0)] RetryOutcome Outcome,
    [property: Id(1)] JobStatus Status);
