namespace RunPod.Grains.Streams;

/// <summary>Chunks taken off a stream.</summary>
/// <param name="Chunks">In their order.</param>
/// <param name="IsLast">Whether the stream was empty afterwards.</param>
/// <param name="IsTruncated">Whether chunks after these were dropped.</param>
internal readonly record struct TakenChunks(byte[][] Chunks, bool IsLast, bool IsTruncated);
