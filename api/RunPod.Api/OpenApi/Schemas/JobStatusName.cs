using System.Text.Json.Serialization;

namespace RunPod.Api.OpenApi.Schemas;

[JsonConverter(typeof(JsonStringEnumConverter<JobStatusName>))]
internal enum JobStatusName
{
    [JsonStringEnumMemberName("IN_QUEUE")]
    InQueue,

    [JsonStringEnumMemberName("IN_PROGRESS")]
    InProgress,

    [JsonStringEnumMemberName("COMPLETED")]
    Completed,

    [JsonStringEnumMemberName("FAILED")]
    Failed,

    [JsonStringEnumMemberName("CANCELLED")]
    Cancelled,

    [JsonStringEnumMemberName("TIMED_OUT")]
    TimedOut,
}
