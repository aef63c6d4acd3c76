namespace RunPod.Api.OpenApi.Schemas;

/// <summary>Chunks that nobody had yet.</summary>
internal sealed record StreamBody
{
    /// <summary>When it is final and there are no chunks, the stream is at its end.</summary>
    public required JobStatusName Status { get; init; }

    public required IReadOnlyList<StreamChunkBody> Stream { get; init; }

    /// <summary>There, and true, when chunks were dropped because nobody took them.</summary>
    public bool? Truncated { get; init; }
}
