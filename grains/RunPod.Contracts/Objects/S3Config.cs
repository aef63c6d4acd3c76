using System.Text.Json;
using System.Text.Json.Serialization;

namespace RunPod.Contracts.Objects;

/// <summary>A request's <c>s3Config</c>: the bucket of the client's own that the job's files go to.</summary>
public sealed record S3Config
{
    /// <summary>The access key's id.</summary>
    [JsonPropertyName("accessId")] public required string AccessId { get; init; }

    /// <summary>The access key's secret.</summary>
    [JsonPropertyName("accessSecret")] public required string AccessSecret { get; init; }

    /// <summary>The bucket, which exists.</summary>
    [JsonPropertyName("bucketName")] public required string BucketName { get; init; }

    /// <summary>The server's URL, http or https.</summary>
    [JsonPropertyName("endpointUrl")] public required string EndpointUrl { get; init; }

    /// <summary>A folder in the bucket; null for its root.</summary>
    [JsonPropertyName("objectPath")] public string? ObjectPath { get; init; }

    /// <summary>As UTF-8 JSON, to be protected before it goes anywhere.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, S3ConfigJson.Default.S3Config);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static S3Config FromBytes(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, S3ConfigJson.Default.S3Config) ?? throw new JsonException("An s3Config is an object.");

    /// <summary>Never prints the secret.</summary>
    public override string ToString() => $"S3Config {BucketName}";
}

[JsonSerializable(typeof(S3Config))]
internal sealed partial class S3ConfigJson : JsonSerializerContext;
