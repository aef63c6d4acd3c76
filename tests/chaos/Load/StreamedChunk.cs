using System.Text.Json;

namespace RunPod.Chaos.Load;

/// <summary>An element of a stream's answer.</summary>
internal sealed record StreamedChunk(JsonElement Output);
