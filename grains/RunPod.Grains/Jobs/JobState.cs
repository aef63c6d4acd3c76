using RunPod.Contracts.Jobs;
using RunPod.Grains.Expiry;

namespace RunPod.Grains.Jobs;

/// <summary>What the store holds of a job. Deadlines are absolute, so that they hold across restarts.</summary>
[GenerateSerializer, Immutable, Alias("runpod.JobState")]
internal sealed record JobState
{
    [Id(0)] public required string UserId { get; init; }

    [Id(1)] public required JobStatus Status { get; init; }

    [Id(2)] public required byte[] Input { get; init; }

    [Id(3)] public required string RequestBaseUrl { get; init; }

    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the job is TIMED_OUT, whatever it does.</summary>
    [Id(5)] public required DateTimeOffset LivesUntil { get; init; }

    [Id(6)] public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>How long the job is kept after its end.</summary>
    [Id(7)] public required TimeSpan Retention { get; init; }

    /// <summary>The number of the current or last attempt; 0 before the first.</summary>
    [Id(8)] public int Attempt { get; init; }

    /// <summary>The lease of that attempt.</summary>
    [Id(9)] public long LeaseId { get; init; }

    [Id(10)] public WorkerIdentity? Worker { get; init; }

    [Id(11)] public DateTimeOffset? FirstStartedAt { get; init; }

    [Id(12)] public DateTimeOffset? StartedAt { get; init; }

    [Id(13)] public DateTimeOffset? EndedAt { get; init; }

    [Id(14)] public byte[]? Output { get; init; }

    [Id(15)] public string? Error { get; init; }

    [Id(16)] public bool LowPriority { get; init; }

    [Id(17)] public string? Webhook { get; init; }

    [Id(18)] public string? WebhookV2 { get; init; }

    /// <summary>Where the files go, encrypted; null for the default store.</summary>
    [Id(19)] public byte[]? S3Config { get; init; }

    [Id(20)] public string? BatchId { get; init; }

    /// <summary>When the client last put the job back into the queue.</summary>
    [Id(21)] public DateTimeOffset? RequeuedAt { get; init; }

    /// <summary>How often the client did.</summary>
    [Id(22)] public int Round { get; init; }

    /// <summary>How many attempts do not count towards those that the job may lose: made before that, or given back by a worker that stopped.</summary>
    [Id(23)] public int AttemptsBefore { get; init; }

    /// <summary>When the job came into the queue.</summary>
    public DateTimeOffset EnqueuedAt => RequeuedAt ?? CreatedAt;

    public long? DelayTime => Milliseconds(FirstStartedAt - EnqueuedAt);

    public long? ExecutionTime => Milliseconds(EndedAt - StartedAt);

    public bool IsTerminal => Status.IsTerminal();

    /// <summary>When the running attempt is TIMED_OUT.</summary>
    public DateTimeOffset? RunsUntil => Status == JobStatus.InProgress ? StartedAt + ExecutionTimeout : null;

    /// <summary>When the next thing happens to the job by itself: its time-out while open, its deletion after the end.</summary>
    public DateTimeOffset NextDeadline => EndedAt is { } endedAt ? endedAt + Retention : LivesUntil;

    public DeadlineKind NextDeadlineKind => EndedAt is null ? DeadlineKind.TimeOut : DeadlineKind.Deletion;

    /// <param name="jobId">The job's id, which its key has.</param>
    /// <param name="progress">What to show for an output until there is one.</param>
    public JobSnapshot ToSnapshot(string jobId, byte[]? progress = null) => new()
    {
        JobId = jobId,
        UserId = UserId,
        Status = Status,
        DelayTime = DelayTime,
        ExecutionTime = ExecutionTime,
        Output = Output ?? progress,
        Error = Error,
        Retries = Math.Max(0, Attempt - 1),
        WorkerId = Worker?.WorkerId,
        Gpu = Worker?.Gpu,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
    };

    public JobSummary ToSummary() => new()
    {
        UserId = UserId,
        Status = Status,
        DelayTime = DelayTime,
        ExecutionTime = ExecutionTime,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
    };

    // Two silos may have written the two times, and their clocks differ.
    private static long? Milliseconds(TimeSpan? span) => span is { } value ? Math.Max(0, (long)value.TotalMilliseconds) : null;
}
