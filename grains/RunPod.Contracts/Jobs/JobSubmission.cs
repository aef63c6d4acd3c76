namespace RunPod.Contracts.Jobs;

/// <summary>A job as the front end accepted it.</summary>
[GenerateSerializer, Immutable, Alias("runpod.JobSubmission")]
public sealed record JobSubmission
{
    /// <summary>The user whose key submitted the job, and who alone sees it.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The request's <c>input</c> as it came: UTF-8 bytes of one JSON value.</summary>
    [Id(1)] public required byte[] Input { get; init; }

    /// <summary>From submission to TIMED_OUT, whatever the state.</summary>
    [Id(2)] public required TimeSpan TimeToLive { get; init; }

    /// <summary>From the start of an attempt to TIMED_OUT.</summary>
    [Id(3)] public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>Whether it came by <c>/runsync</c>, which has a retention of its own.</summary>
    [Id(4)] public required bool IsSync { get; init; }

    /// <summary>Scheme and authority under which the client reached the front end, for the URLs of files.</summary>
    [Id(5)] public required string RequestBaseUrl { get; init; }

    /// <summary>Whether the job gives way to jobs that are not.</summary>
    [Id(6)] public bool LowPriority { get; init; }

    /// <summary>Where its end is announced.</summary>
    [Id(7)] public string? Webhook { get; init; }

    /// <summary>Where else its end is announced.</summary>
    [Id(8)] public string? WebhookV2 { get; init; }

    /// <summary>The request's <c>s3Config</c>, protected by <see cref="Secrets.ISecretProtector"/>.</summary>
    [Id(9)] public byte[]? S3Config { get; init; }

    /// <summary>The batch that it belongs to.</summary>
    [Id(10)] public string? BatchId { get; init; }

    /// <summary>How long it is kept after its end; null for what is configured.</summary>
    [Id(11)] public TimeSpan? Retention { get; init; }
}
