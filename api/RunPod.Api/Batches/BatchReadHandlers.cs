using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Api.Requests;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Batches;

/// <summary>The operations that show batches.</summary>
internal static class BatchReadHandlers
{
    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> GetAsync(string endpointId, string batchId, HttpContext http, IGrainFactory grains) =>
        BatchHandlers.IsValid(batchId)
        && await grains.Batch(endpointId, batchId).GetAsync().InTimeAsync(http) is { } batch
        && string.Equals(batch.UserId, http.User.UserId(), StringComparison.Ordinal)
            ? TypedResults.Json(BatchBody.From(endpointId, batch), ApiJson.Answers.BatchBody)
            : ApiErrors.BatchNotFound;

    internal static async Task<Results<JsonHttpResult<BatchListBody>, ApiError>> ListAsync(string endpointId, HttpContext http, IGrainFactory grains)
    {
        var page = PageQuery.Read(http.Request);
        if (page.IsError)
        {
            return page.Error;
        }

        BatchStatus? status = null;
        if (TryGetStatus(http.Request, out var name) && !BatchStatusNames.TryParse(name, out status))
        {
            return ApiErrors.InvalidStatusQuery(Enum.GetValues<BatchStatus>().Select(BatchStatusNames.ToWire));
        }

        var (offset, limit) = page.Value;
        var query = new BatchListQuery { Offset = offset, Limit = limit, Status = status };
        var found = await http.InTimeAsync(answered => grains.BatchList(endpointId, http.User.UserId()).ListAsync(query, answered));
        return TypedResults.Json(
            new BatchListBody([.. found.Batches.Select(batch => BatchBody.From(endpointId, batch))], found.Total, offset, limit, HasMore: offset + limit < found.Total),
            ApiJson.Answers.BatchListBody);
    }

    internal static async Task<Results<EmptyHttpResult, ApiError>> ListRequestsAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, BytesInMemory room)
    {
        var page = PageQuery.Read(http.Request);
        if (page.IsError)
        {
            return page.Error;
        }

        JobStatus? status = null;
        if (TryGetStatus(http.Request, out var name) && !JobStatusNames.TryParse(name, out status))
        {
            return ApiErrors.InvalidStatusQuery(Enum.GetValues<JobStatus>().Select(JobStatusNames.ToWire));
        }

        var (offset, limit) = page.Value;
        var query = new BatchRequestQuery { Offset = offset, Limit = limit, Status = status };
        if (!BatchHandlers.IsValid(batchId) || await grains.Batch(endpointId, batchId).ListRequestsAsync(http.User.UserId(), query).InTimeAsync(http) is not { } found)
        {
            return ApiErrors.BatchNotFound;
        }

        // Here and not as the result: the request keeps its place until the last output is written.
        await new BatchRequestsResult(found, page.Value, request => grains.Job(endpointId, request.RequestId).GetSnapshotAsync().EachInTimeAsync(http), room).ExecuteAsync(http);
        return TypedResults.Empty;
    }

    private static bool TryGetStatus(HttpRequest request, [NotNullWhen(true)] out string? status)
    {
        status = request.Query["status"];
        return status is not null;
    }
}
