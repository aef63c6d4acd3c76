using System.Text.Json;

namespace RunPod.Fuzz.Requests;

/// <summary>An operation, as the API's description has it.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Query">Parameters of the query and their schemas.</param>
/// <param name="Headers">Parameters in headers and their schemas.</param>
/// <param name="Body">The schema of its body, if it takes one.</param>
internal sealed record Route(
    string Method,
    string Path,
    IReadOnlyList<KeyValuePair<string, JsonElement>> Query,
    IReadOnlyList<KeyValuePair<string, JsonElement>> Headers,
    JsonElement? Body)
{
    public string Name => $"{Method} {Path}";
}
