namespace RunPod.Contracts.Jobs;

/// <summary>A job as its owner may see it.</summary>
[GenerateSerializer, Immutable, Alias("runpod.JobSnapshot")]
public sealed record JobSnapshot
{
    /// <summary>The job's id.</summary>
    [Id(0)] public required string JobId { get; init; }

    /// <summary>The user who submitted it.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>Its state.</summary>
    [Id(2)] public required JobStatus Status { get; init; }

    /// <summary>Milliseconds from submission to the start of the first attempt; null until then.</summary>
    [Id(3)] public long? DelayTime { get; init; }

    /// <summary>Milliseconds that the current or last attempt ran; null until the job has ended.</summary>
    [Id(4)] public long? ExecutionTime { get; init; }

    /// <summary>UTF-8 JSON of a COMPLETED job's output, or of the latest progress of one that is IN_PROGRESS.</summary>
    [Id(5)] public byte[]? Output { get; init; }

    /// <summary>Why the job FAILED or TIMED_OUT.</summary>
    [Id(6)] public string? Error { get; init; }

    /// <summary>How many attempts were made before the current one, lost with their worker or given back by it.</summary>
    [Id(7)] public int Retries { get; init; }

    /// <summary>The worker of the current or last attempt.</summary>
    [Id(8)] public string? WorkerId { get; init; }

    /// <summary>The name of that worker's device.</summary>
    [Id(9)] public string? Gpu { get; init; }

    /// <summary>When the current or last attempt began.</summary>
    [Id(10)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the job ended.</summary>
    [Id(11)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether the state is terminal.</summary>
    public bool IsTerminal => Status.IsTerminal();
}
