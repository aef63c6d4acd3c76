using System.Text.Json;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>What a model gave before its end.</summary>
internal sealed record StreamChunkBody
{
    /// <summary>Any JSON value. Of a Stable Diffusion endpoint, how far it is, and the URL of a preview when the input asks for previews.</summary>
    public required JsonElement Output { get; init; }
}
