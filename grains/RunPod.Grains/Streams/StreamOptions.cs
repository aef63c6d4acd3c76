namespace RunPod.Grains.Streams;

/// <summary>What a job's stream may hold. Section <c>Streams</c>.</summary>
public sealed class StreamOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Streams";

    internal const long SmallestMaxBytes = 2 * ChunkSplitter.MaxBytes;

    /// <summary>
    /// Bytes of an attempt's chunks that may wait to be taken. A model that would go beyond has its stream cut there: what waits is kept,
    /// later chunks are dropped, and the answer of <c>/stream</c> with the last one kept says <c>"truncated":true</c>. The job and its output are not affected.
    /// </summary>
    public long MaxBytes { get; set; } = 64L * 1024 * 1024;
}
