namespace RunPod.Contracts.Jobs;

/// <summary>The answer to an <see cref="AttemptRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("runpod.AttemptDecision")]
public sealed record AttemptDecision(
    [property: Id(0)] AttemptVerdict Verdict,
    [property: Id(1)] AttemptStart? Start = null);
