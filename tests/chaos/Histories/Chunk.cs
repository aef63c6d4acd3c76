namespace RunPod.Chaos.Histories;

/// <summary>A chunk of a stream: number N, from 0, of one run of the model.</summary>
internal sealed record Chunk(string Run, int N);
