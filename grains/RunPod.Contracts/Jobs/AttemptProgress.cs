namespace RunPod.Contracts.Jobs;

/// <summary>How far an attempt is. It counts only while the attempt is the job's running one.</summary>
[GenerateSerializer, Immutable, Alias("runpod.AttemptProgress")]
public sealed record AttemptProgress
{
    /// <summary>The attempt's number.</summary>
    [Id(0)] public required int Attempt { get; init; }

    /// <summary>UTF-8 JSON of the latest progress; null if only chunks came.</summary>
    [Id(1)] public byte[]? Output { get; init; }
}
