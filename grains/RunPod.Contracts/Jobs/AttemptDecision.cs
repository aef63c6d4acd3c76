namespace RunPod.Contracts.Jobs;

/// <summary>The answer to an <see cref="AttemptRequest"/>.</summary>
/// <param name="Verdict">Whether the attempt begins.</param>
/// <param name="Start">What it needs, if it does.</param>
/// <param name="Ended">How the job ended, if it has.</param>
[GenerateSerializer, Immutable, Alias("runpod.AttemptDecision")]
public sealed record AttemptDecision(
    [property: Id(0)] AttemptVerdict Verdict,
    [property: Id(1)] AttemptStart? Start = null,
    [property: Id(2)] JobStatus? Ended = null);
