using System.Text.Json;

namespace RunPod.Chaos.Load;

/// <summary>What the harness reads of an answer's body, whatever the operation.</summary>
internal sealed record JobAnswer
{
    public string? Id { get; init; }

    public string? Status { get; init; }

    public int? Retries { get; init; }

    public JsonElement? Output { get; init; }

    public string? Error { get; init; }

    public string? Code { get; init; }

    public HealthCounts? Jobs { get; init; }

    public IReadOnlyList<StreamedChunk>? Stream { get; init; }
}
