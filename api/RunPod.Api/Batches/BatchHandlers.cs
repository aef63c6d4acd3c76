using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
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
        string endpointId, HttpContext http, IGrainFactory grains, BatchIntake intake)
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
        var answer = await grains.BatchList(endpointId, userId).CreateAsync(new BatchCreation { UserId = userId, Name = name.Value, Requests = requests.Value }).InTimeAsync(http);
        return answer is { Outcome: BatchOutcome.Done, Batch: { } batch }
            ? TypedResults.Json(new BatchBriefBody(batch.BatchId, BatchStatusNames.ToWire(batch.Status)), ApiJson.Answers.BatchBriefBody)
            : ToError(answer);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> AppendAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, BatchIntake intake)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var requests = await intake.ReadRequestsAsync(http);
        return requests.IsError
            ? requests.Error
            : ToResult(endpointId, await grains.Batch(endpointId, batchId).AppendAsync(http.User.UserId(), requests.Value).InTimeAsync(http));
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> RemoveRequestAsync(
        string endpointId, string batchId, string requestId, HttpContext http, IGrainFactory grains) =>
        IsValid(batchId)
            ? ToResult(endpointId, await grains.Batch(endpointId, batchId).RemoveRequestAsync(http.User.UserId(), requestId).InTimeAsync(http))
            : ApiErrors.BatchNotFound;

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> RenameAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var name = await BatchIntake.ReadNameAsync(http);
        return name.Error is { } badName
            ? badName
            : ToResult(endpointId, await grains.Batch(endpointId, batchId).RenameAsync(http.User.UserId(), name.Value).InTimeAsync(http));
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> FinalizeAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var webhook = await BatchIntake.ReadWebhookAsync(http);
        return webhook.Error is { } badWebhook
            ? badWebhook
            : ToResult(endpointId, await grains.BatchList(endpointId, http.User.UserId()).FinalizeAsync(batchId, webhook.Value).InTimeAsync(http));
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> CancelAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains) =>
        IsValid(batchId)
            ? ToResult(endpointId, await grains.Batch(endpointId, batchId).CancelAsync(http.User.UserId()).InTimeAsync(http))
            : ApiErrors.BatchNotFound;

    internal static bool IsValid(string batchId) => BatchIds.IsBatch(batchId) && JobIds.IsValid(batchId);

    private static Results<JsonHttpResult<BatchBody>, ApiError> ToResult(string endpointId, BatchAnswer answer) =>
        answer is { Outcome: BatchOutcome.Done, Batch: { } batch }
            ? TypedResults.Json(BatchBody.From(endpointId, batch), ApiJson.Answers.BatchBody)
            : ToError(answer);

    private static ApiError ToError(BatchAnswer answer) => answer switch
    {
        { Outcome: BatchOutcome.UnknownBatch } => ApiErrors.BatchNotFound,
        { Outcome: BatchOutcome.UnknownRequest } => ApiErrors.BatchRequestNotFound,
        { Outcome: BatchOutcome.NotDraft, Batch: { } batch } => ApiErrors.BatchNotDraft(BatchStatusNames.ToWire(batch.Status)),
        { Outcome: BatchOutcome.Empty } => ApiErrors.BatchEmpty,
        { Outcome: BatchOutcome.TooManyRequests } => ApiErrors.TooManyBatchRequests(answer.Limit),
        { Outcome: BatchOutcome.TooManyBatches } => ApiErrors.TooManyBatches(answer.Limit),
        { Outcome: BatchOutcome.TooManyQueued } => ApiErrors.TooManyQueuedBatchRequests(answer.Limit),
        var other => throw new InvalidOperationException($"Unhandled batch outcome '{other.Outcome}'."),
    };
}
