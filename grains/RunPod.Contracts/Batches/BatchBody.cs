using System.Text.Json;
using System.Text.Json.Serialization;
using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>A batch as clients see it, in answers and in webhooks. Of what we add to RunPod's fields, nothing is there that is not known or zero.</summary>
public sealed record BatchBody
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The endpoint.</summary>
    public required string EndpointId { get; init; }

    /// <summary>What the user calls it; ours.</summary>
    public string? Name { get; init; }

    /// <summary>Its state.</summary>
    public required string Status { get; init; }

    /// <summary>Requests.</summary>
    public required int RequestTotal { get; init; }

    /// <summary>Requests that run.</summary>
    public required int RequestInProgress { get; init; }

    /// <summary>Requests that ended with an output.</summary>
    public required int RequestCompleted { get; init; }

    /// <summary>Requests that ended in any other way.</summary>
    public required int RequestFailed { get; init; }

    /// <summary>Those of them that were cancelled; ours.</summary>
    public int? RequestCancelled { get; init; }

    /// <summary>Milliseconds since the Unix epoch at its creation.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The same when it was finalized; ours.</summary>
    public long? FinalizedAt { get; init; }

    /// <summary>The same when it ended; ours.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Why it FAILED; ours.</summary>
    public string? Error { get; init; }

    /// <summary>The batch of a snapshot.</summary>
    public static BatchBody From(string endpointId, BatchSnapshot batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return new BatchBody
        {
            Id = batch.BatchId,
            EndpointId = endpointId,
            Name = batch.Name,
            Status = BatchStatusNames.ToWire(batch.Status),
            RequestTotal = batch.Total,
            RequestInProgress = batch.Counts.InProgress,
            RequestCompleted = batch.Counts.Completed,
            RequestFailed = batch.Counts.Failed,
            RequestCancelled = batch.Counts.Cancelled is > 0 and var cancelled ? cancelled : null,
            CreatedAt = batch.CreatedAt.ToUnixTimeMilliseconds(),
            FinalizedAt = batch.FinalizedAt?.ToUnixTimeMilliseconds(),
            EndedAt = batch.EndedAt?.ToUnixTimeMilliseconds(),
            Error = batch.Error,
        };
    }

    /// <summary>As UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BatchBodyJson.Compact.BatchBody);
}

[JsonSerializable(typeof(BatchBody))]
internal sealed partial class BatchBodyJson : JsonSerializerContext
{
    public static BatchBodyJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JobJson.Encoder,
    });
}
