namespace RunPod.Contracts.Jobs;

/// <summary>The result of an attempt. It counts only while the attempt is the job's current one.</summary>
[GenerateSerializer, Immutable, Alias("runpod.AttemptReport")]
public sealed record AttemptReport
{
    /// <summary>The attempt's number.</summary>
    [Id(0)] public required int Attempt { get; init; }

    /// <summary>How it ended.</summary>
    [Id(1)] public required AttemptOutcome Outcome { get; init; }

    /// <summary>UTF-8 JSON of the output of a success.</summary>
    [Id(2)] public byte[]? Output { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(3)] public string? Error { get; init; }
}
