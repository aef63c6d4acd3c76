using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Requests;

namespace RunPod.Api;

/// <summary>The JSON of the small answers. A job's input and output never pass through it.</summary>
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(ProbeBody))]
[JsonSerializable(typeof(PurgeBody))]
[JsonSerializable(typeof(RequestsBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    // The answers are never part of an HTML page, so quotes in a sentence stay readable.
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static ApiJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = Encoder,
    });
}
