using System.Text.Json;

namespace RunPod.Fuzz.Requests;

/// <summary>Every operation of the service: those of its description, so that new ones come by themselves, and what it serves beside them.</summary>
internal static class Routes
{
    private static readonly string[] Others =
    [
        "/healthz/live", "/healthz/ready", "/metrics", "/docs", "/openapi/v1.json", "/", "/v1/{endpointId}/health", "/v1/{endpointId}/status/{jobId}",
        "/files/{endpointId}/{jobId}/1/0.png", "/files/{endpointId}/{jobId}/1/0.png?expires=99999999999&signature=AAAA", "/v2", "/v3/{endpointId}/run",
    ];

    public static IReadOnlyList<Route> Read(JsonElement description) =>
    [
        .. from path in description.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("responses", out _)
           select new Route(
               operation.Name.ToUpperInvariant(),
               path.Name,
               Parameters(operation.Value, "query"),
               Parameters(operation.Value, "header"),
               BodyOf(operation.Value)),
        .. Others.Select(path => new Route("GET", path, [], [], null)),
    ];

    private static KeyValuePair<string, JsonElement>[] Parameters(JsonElement operation, string place) => operation.TryGetProperty("parameters", out var all)
        ? [.. from parameter in all.EnumerateArray()
              where parameter.GetProperty("in").GetString() == place
              select KeyValuePair.Create(parameter.GetProperty("name").GetString()!, parameter.GetProperty("schema"))]
        : [];

    private static JsonElement? BodyOf(JsonElement operation) =>
        operation.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/json", out var content)
            && content.TryGetProperty("schema", out var schema)
            ? schema
            : null;
}
