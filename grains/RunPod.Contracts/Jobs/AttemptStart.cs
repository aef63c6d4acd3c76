namespace RunPod.Contracts.Jobs;

/// <summary>What a worker needs to run an attempt.</summary>
[GenerateSerializer, Immutable, Alias("runpod.AttemptStart")]
public sealed record AttemptStart
{
    /// <summary>The attempt's number, 1 for the first; a report must carry it.</summary>
    [Id(0)] public required int Attempt { get; init; }

    /// <summary>The job's input, UTF-8 JSON.</summary>
    [Id(1)] public required byte[] Input { get; init; }

    /// <summary>How long the attempt may run.</summary>
    [Id(2)] public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>How long files stay after the end.</summary>
    [Id(3)] public required TimeSpan Retention { get; init; }

    /// <summary>Scheme and authority for the URLs of files.</summary>
    [Id(4)] public required string RequestBaseUrl { get; init; }

    /// <summary>Where the client wants the files, protected by <see cref="Secrets.ISecretProtector"/>; null for the default store.</summary>
    [Id(5)] public byte[]? S3Config { get; init; }

    /// <summary>Whose job it is; null from a silo of an earlier version.</summary>
    [Id(6)] public string? UserId { get; init; }
}
