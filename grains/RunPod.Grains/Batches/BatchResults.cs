namespace RunPod.Grains.Batches;

/// <summary>How the requests of a page ended. It is written late, and what is missing is asked of the jobs.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchResults")]
internal sealed record BatchResults
{
    [Id(0)] public required RequestResult[] Requests { get; init; }
}
