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
        string endpointId, HttpContext http, BatchIntake intake, BatchSubmitter submitter)
    {
        var name = BatchBodyReader.ToName(http.Request.Query["name"]);
        if (name.Error is { } badName)
        {
            return badName;
        }

        var requests = await intake.ReadArrayAsync(http, endpointId);
        if (requests.IsError)
        {
            return requests.Error;
        }

        var batchId = await submitter.CreateAsync(http, endpointId, name.Value, requests.Value).InTimeAsync(http);
        return batchId.IsError
            ? batchId.Error
            : TypedResults.Json(new BatchBriefBody(batchId.Value, BatchStatusNames.ToWire(BatchStatus.Draft)), ApiJson.Answers.BatchBriefBody);
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> AppendAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, BatchIntake intake, BatchSubmitter submitter)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var requests = await intake.ReadRequestsAsync(http, endpointId);
        if (requests.IsError)
        {
            return requests.Error;
        }

        var userId = http.User.UserId();
        return ToResult(endpointId, await submitter.ChangeAsync(endpointId, batchId, userId, requests.Value.Idempotency,
            additionId => grains.Batch(endpointId, batchId).AppendAsync(userId, requests.Value.Body, additionId)).InTimeAsync(http));
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
        string endpointId, string batchId, HttpContext http, IGrainFactory grains, BatchSubmitter submitter)
    {
        if (!IsValid(batchId))
        {
            return ApiErrors.BatchNotFound;
        }

        var webhook = await BatchIntake.ReadWebhookAsync(http, endpointId);
        if (webhook.IsError)
        {
            return webhook.Error;
        }

        var userId = http.User.UserId();
        return ToResult(endpointId, await submitter.ChangeAsync(endpointId, batchId, userId, webhook.Value.Idempotency,
            _ => grains.BatchList(endpointId, userId).FinalizeAsync(batchId, webhook.Value.Body)).InTimeAsync(http));
    }

    internal static async Task<Results<JsonHttpResult<BatchBody>, ApiError>> CancelAsync(
        string endpointId, string batchId, HttpContext http, IGrainFactory grains) =>
        IsValid(batchId)
            ? ToResult(endpointId, await grains.Batch(endpointId, batchId).CancelAsync(http.User.UserId()).InTimeAsync(http))
            : ApiErrors.BatchNotFound;

    internal static bool IsValid(string batchId) => BatchIds.IsBatch(batchId) && JobIds.IsValid(batchId);

    private static Results<JsonHttpResult<BatchBody>, ApiError> ToResult(string endpointId, OrError<BatchAnswer> answer) =>
        answer.IsError ? answer.Error : ToResult(endpointId, answer.Value);

    private static Results<JsonHttpResult<BatchBody>, ApiError> ToResult(string endpointId, BatchAnswer answer) =>
        answer is { Outcome: BatchOutcome.Done, Batch: { } batch }
            ? TypedResults.Json(BatchBody.From(endpointId, batch), ApiJson.Answers.BatchBody)
            : ToError(answer);

    internal static ApiError ToError(BatchAnswer answer) => answer switch
    {
        { Outcome: BatchOutcome.UnknownBatch } => ApiErrors.BatchNotFound,
        { Outcome: BatchOutcome.UnknownRequest } => ApiErrors.BatchRequestNotFound,
        { Outcome: BatchOutcome.NotDraft, Batch: { } batch } => ApiErrors.BatchNotDraft(BatchStatusNames.ToWire(batch.Status)),
        { Outcome: BatchOutcome.Empty } => ApiErrors.BatchEmpty,
        { Outcome: BatchOutcome.TooManyRequests } => ApiErrors.TooManyBatchRequests(answer.Limit),
        { Outcome: BatchOutcome.TooManyBatches, MaxBytes: > 0 } => ApiErrors.TooManyBatchBytes(answer.MaxBytes),
        { Outcome: BatchOutcome.TooManyBatches } => ApiErrors.TooManyBatches(answer.Limit),
        { Outcome: BatchOutcome.TooManyQueued } => ApiErrors.TooManyQueuedBatchRequests(answer.Limit),
        var other => throw new InvalidOperationException($"Unhandled batch outcome '{other.Outcome}'."),
    };
}
