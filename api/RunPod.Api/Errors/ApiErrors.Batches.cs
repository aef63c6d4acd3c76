using Microsoft.AspNetCore.Http;

namespace RunPod.Api.Errors;

/// <content>The batch operations.</content>
internal static partial class ApiErrors
{
    // A batch ends in minutes rather than seconds.
    private const int RetryAfterBatchSeconds = 60;

    public static ApiError BatchNotFound { get; } = new(StatusCodes.Status404NotFound, "batch_not_found",
        "There is no such batch for this API key on this endpoint. Check the id; a batch that has ended is kept only for a while, 72 hours by default.");

    public static ApiError BatchRequestNotFound { get; } = new(StatusCodes.Status404NotFound, "request_not_found",
        "The batch has no such request. Check the id, or list the requests with GET /batch/{batchId}/requests.");

    public static ApiError BatchEmpty { get; } = new(StatusCodes.Status400BadRequest, "batch_empty",
        "The batch has no requests, so there is nothing to run. Add some with POST /batch/{batchId}/requests, then finalize it.");

    public static ApiError BatchNotAnArray { get; } = new(StatusCodes.Status400BadRequest, "invalid_body",
        """The body must be a JSON array of requests. Send one such as [{"input": {"prompt": "a lighthouse"}}], or [] and add requests later.""");

    public static ApiError MissingRequests { get; } = new(StatusCodes.Status400BadRequest, "invalid_body",
        """The body must be a JSON object with an array under "requests". Send one such as {"requests": [{"input": {"prompt": "a lighthouse"}}]}.""");

    public static ApiError InvalidBatchName { get; } = new(StatusCodes.Status400BadRequest, "invalid_name",
        """The "name" must be a text of at most 256 characters. Send a JSON object such as {"name": "nightly"}, or {"name": null} to take the name away.""");

    public static ApiError FinalizeNotAnObject { get; } = new(StatusCodes.Status400BadRequest, "invalid_body",
        """The body must be empty or a JSON object. Send none, or one such as {"webhook": "https://example.com/done"}.""");

    public static ApiError BatchNotDraft(string status) => new(StatusCodes.Status400BadRequest, "batch_not_draft",
        $"The batch is {status}; this can be done only while it is DRAFT. Create a new batch for other requests.");

    public static ApiError TooManyBatchRequests(int limit) => new(StatusCodes.Status400BadRequest, "batch_too_large", Invariant(
        $"A batch has at most {limit} requests; none of these was stored. Send fewer, or put the rest into another batch."));

    public static ApiError TooManyBatches(int limit) => new(StatusCodes.Status429TooManyRequests, "too_many_batches", Invariant(
        $"You have {limit} active batches on this endpoint, which is the limit. Wait until one has ended, or cancel one; a DRAFT counts too."))
    { RetryAfterSeconds = RetryAfterBatchSeconds };

    public static ApiError TooManyBatchBytes(long limit) => new(StatusCodes.Status429TooManyRequests, "too_many_batch_bytes", Invariant(
        $"Your batches on this endpoint would keep more than {limit} bytes ({limit / 1048576.0:0.##} MiB), so nothing was stored. Cancel a batch that has not run, or wait: one that ran is kept for a while, 72 hours by default."))
    { RetryAfterSeconds = RetryAfterBatchSeconds };

    public static ApiError TooManyQueuedBatchRequests(int limit) => new(StatusCodes.Status429TooManyRequests, "too_many_queued", Invariant(
        $"At most {limit} requests of your batches may be under way on this endpoint. The batch stays DRAFT; finalize it when others have ended."))
    { RetryAfterSeconds = RetryAfterBatchSeconds };

    public static ApiError InvalidBatchRequest(int index, ApiError fault) => new(fault.StatusCode, fault.Value.Code, Invariant(
        $"Request {index}, counted from 0, is wrong, and none of them was stored. Of this request: {fault.Value.Error}"));

    public static ApiError InvalidStatusQuery(IEnumerable<string> names) => new(StatusCodes.Status400BadRequest, "invalid_query",
        $"The query value 'status' must be one of {string.Join(", ", names)}. Correct it or leave it out.");
}
