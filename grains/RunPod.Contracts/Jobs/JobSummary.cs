namespace RunPod.Contracts.Jobs;

/// <summary>What a list of jobs shows of one.</summary>
[GenerateSerializer, Immutable, Alias("runpod.JobSummary")]
public sealed record JobSummary
{
    /// <summary>The user who submitted it.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Its state.</summary>
    [Id(1)] public required JobStatus Status { get; init; }

    /// <summary>Milliseconds from submission to the start of the first attempt; null until then.</summary>
    [Id(2)] public long? DelayTime { get; init; }

    /// <summary>Milliseconds that the last attempt ran; null until the job has ended.</summary>
    [Id(3)] public long? ExecutionTime { get; init; }

    /// <summary>When it was submitted.</summary>
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last attempt began.</summary>
    [Id(5)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [Id(6)] public DateTimeOffset? EndedAt { get; init; }
}
