using System.Text.Json;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A request of a batch. Its id is that of its job, too.</summary>
internal sealed record BatchRequestBody
{
    public required string Id { get; init; }

    public required JobStatusName Status { get; init; }

    /// <summary>What the model answered.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Why it has no output.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }
}
