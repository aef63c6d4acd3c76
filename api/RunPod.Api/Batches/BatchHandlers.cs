using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Batches;

namespace RunPod.Api.Batches;

/// <summary>The operations that change a batch.</summary>
internal static class BatchHandlers
{
    internal static async Task<Results<JsonHttpResult<BatchBriefBody>, ApiError>> CreateAsync(
        string endpointId, HttpContext http, IGrainFactory grains, BatchIntake intake, IOptions<BatchOptions> options)
    {
        var name = BatchBodyReader.ToName(http.Request.Query["name"]);
        if (name.Error is { } badName)
        {
            return badName;
        }

        var requests = await intake.ReadArrayAsync(http);
        if (requests.IsError)
        {
            return requests.Error;
        }

        var userId = http.User.UserId();
        var answer = await grains.BatchList(endpointId, userId).CreateAsync(new BatchCreation { UserId = userId, Name = name.Value, Requests = requests.Value });
        return answer is { Outcome: BatchOutcome.Done, Batch: { } batch }
            ? TypedResults.Json(new BatchBriefBody(batch.BatchId, BatchStatusNames.ToWire(batch.Status)), ApiJson.Answers.BatchBriefBody)
            : ToError(answer, options.Value);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> AppendAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, BatchIntake intake, IOptions<BatchOptions> options)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var requests = await intake.ReadRequestsAsync(http);
        return requests.IsError
            ? requests.Error
            : ToResult(endpointId, await grains.Batch(endpointId, batchId).AppendAsync(http.User.UserId(), requests.Value), options.Value);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> RemoveRequestAsync(
        string endpointId, string batchId, string requestId, HttpContext http, IGrainFactory grains, IOptions<BatchOptions> options) =>
        IsValid(batchId)
            ? ToResult(endpointId, await grains.Batch(endpointId, batchId).RemoveRequestAsync(http.User.UserId(), requestId), options.Value)
            : ApiErrors.BatchNotFound;

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> RenameAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, IOptions<BatchOptions> options)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var name = await BatchIntake.ReadNameAsync(http);
        return name.Error is { } badName
            ? badName
            : ToResult(endpointId, await grains.Batch(endpointId, batchId).RenameAsync(http.User.UserId(), name.Value), options.Value);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> FinalizeAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, IOptions<BatchOptions> options)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var webhook = await BatchIntake.ReadWebhookAsync(http);
        return webhook.Error is { } badWebhook
            ? badWebhook
            : ToResult(endpointId, await grains.BatchList(endpointId, http.User.UserId()).FinalizeAsync(batchId, webhook.Value), options.Value);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> CancelAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, IOptions<BatchOptions> options) =>
        IsValid(batchId)
            ? ToResult(endpointId, await grains.Batch(endpointId, batchId).CancelAsync(http.User.UserId()), options.Value)
            : ApiErrors.BatchNotFound;

    internal static bool IsValid(string batchId) => BatchIds.IsBatch(batchId) && JobIds.IsValid(batchId);

    private static Results<JsonHttpResult<BatchBody>, ApiError> ToResult(string endpointId, BatchAnswer answer, BatchOptions options) =>
        answer is { Outcome: BatchOutcome.Done, Batch: { } batch }
            ? TypedResults.Json(BatchBody.From(endpointId, batch), ApiJson.Answers.BatchBody)
            : ToError(answer, options);

    private static ApiError ToError(BatchAnswer answer, BatchOptions options) => answer switch
    {
        { Outcome: BatchOutcome.UnknownBatch } => ApiErrors.BatchNotFound,
        { Outcome: BatchOutcome.UnknownRequest } => ApiErrors.BatchRequestNotFound,
        { Outcome: BatchOutcome.NotDraft, Batch: { } batch } => ApiErrors.BatchNotDraft(BatchStatusNames.ToWire(batch.Status)),
        { Outcome: BatchOutcome.Empty } => ApiErrors.BatchEmpty,
        { Outcome: BatchOutcome.TooManyRequests } => ApiErrors.TooManyBatchRequests(options.MaxRequests),
        { Outcome: BatchOutcome.TooManyBatches } => ApiErrors.TooManyBatches(options.MaxActive),
        { Outcome: BatchOutcome.TooManyQueued } => ApiErrors.TooManyQueuedBatchRequests(options.MaxQueued),
        var other => throw new InvalidOperationException($"Unhandled batch outcome '{other.Outcome}'."),
    };
}
