using RunPod.Contracts.Batches;

namespace RunPod.Api.Batches;

/// <summary>A batch as an answer. What is not known or zero among the additions to RunPod's fields is left out; times are milliseconds since the Unix epoch.</summary>
internal sealed record BatchBody(
    string Id,
    string EndpointId,
    string? Name,
    string Status,
    int RequestTotal,
    int RequestInProgress,
    int RequestCompleted,
    int RequestFailed,
    int? RequestCancelled,
    long CreatedAt,
    long? FinalizedAt,
    long? EndedAt,
    string? Error)
{
    public static BatchBody From(string endpointId, BatchSnapshot batch) => new(
        batch.BatchId,
        endpointId,
        batch.Name,
        BatchStatusNames.ToWire(batch.Status),
        batch.Total,
        batch.Counts.InProgress,
        batch.Counts.Completed,
        batch.Counts.Failed,
        batch.Counts.Cancelled is > 0 and var cancelled ? cancelled : null,
        batch.CreatedAt.ToUnixTimeMilliseconds(),
        batch.FinalizedAt?.ToUnixTimeMilliseconds(),
        batch.EndedAt?.ToUnixTimeMilliseconds(),
        batch.Error);
}
