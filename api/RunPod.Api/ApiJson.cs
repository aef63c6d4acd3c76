using System.Text.Json;
using System.Text.Json.Serialization;
using RunPod.Api.Batches;
using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Requests;
using RunPod.Api.Webhooks;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Api;

/// <summary>The JSON of the small answers. A job's input and output never pass through it.</summary>
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(BatchBriefBody))]
[JsonSerializable(typeof(BatchListBody))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(HealthBody))]
[JsonSerializable(typeof(ProbeBody))]
[JsonSerializable(typeof(PurgeBody))]
[JsonSerializable(typeof(RequestsBody))]
[JsonSerializable(typeof(ServiceStatusBody))]
[JsonSerializable(typeof(WebhookSecretBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    public static ApiJson Answers { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JobJson.Encoder,
    });
}
