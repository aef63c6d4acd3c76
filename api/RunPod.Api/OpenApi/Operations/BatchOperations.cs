using RunPod.Api.Batches;
using RunPod.Api.Errors;
using RunPod.Api.Limits;
using RunPod.Api.OpenApi.Schemas;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about batches.</summary>
internal static class BatchOperations
{
    private static readonly BatchOptions Limits = new();

    private static readonly IEnumerable<string> BatchStates = Enum.GetValues<BatchStatus>().Select(BatchStatusNames.ToWire);
    private static readonly IEnumerable<string> JobStates = Enum.GetValues<JobStatus>().Select(JobStatusNames.ToWire);

    private static readonly ExampleDoc Draft = new("draft", "Before it is finalized",
        """
        {"id": "batch_0f3c1d2e4b5a69788796a5b4c3d2e1f0", "endpointId": "stable-diffusion-v1", "name": "nightly", "status": "DRAFT", "requestTotal": 2, "requestInProgress": 0,
         "requestCompleted": 0, "requestFailed": 0, "createdAt": 1795566609000}
        """);

    private static readonly ExampleDoc Completed = new("completed", "All requests have ended",
        """
        {"id": "batch_0f3c1d2e4b5a69788796a5b4c3d2e1f0", "endpointId": "stable-diffusion-v1", "name": "nightly", "status": "COMPLETED", "requestTotal": 2, "requestInProgress": 0,
         "requestCompleted": 1, "requestFailed": 1, "createdAt": 1795566609000, "finalizedAt": 1795566610000, "endedAt": 1795566615000}
        """);

    private static readonly ContentDoc Batch = new(typeof(BatchBody), "The batch.", Draft, Completed);

    private static readonly HeaderDoc IdempotencyKey = new("Idempotency-Key",
        "1 to 255 characters of your choice, such as a UUID. A request that comes again with the same key within 24 hours is done once.");

    private static readonly ApiError[] KeyErrors = [ApiErrors.InvalidIdempotencyKey, ApiErrors.IdempotencyKeyReused];

    private static readonly ApiError[] BodyErrors =
    [
        ApiErrors.InvalidJson(1, 11),
        ApiErrors.InvalidBatchRequest(3, ApiErrors.MissingInput),
        ApiErrors.TooManyBatchRequests(Limits.MaxRequests),
        ApiErrors.UnsupportedMediaType,
        ApiErrors.BodyTooLarge(new RequestLimitsOptions().Batch),
        ApiErrors.TooManyBatchBytes(Limits.MaxBytes),
        .. KeyErrors,
    ];

    public static OperationDoc Create { get; } = new("createBatch", "Create a batch")
    {
        Description = "Makes a DRAFT of many requests. Nothing runs before it is finalized.",
        Query = [new("name", "What to call it, in at most 256 characters.", new Microsoft.OpenApi.OpenApiSchema { Type = Microsoft.OpenApi.JsonSchemaType.String, MaxLength = 256 })],
        Headers = [IdempotencyKey],
        Body = new(typeof(JobRequestBody[]), "The requests, an empty array if they come later.",
            new ExampleDoc("two", "Two pictures", """[{"input": {"prompt": "a dog"}}, {"input": {"prompt": "a cat"}}]""")),
        Answers =
        [
            new(typeof(BatchBriefBody), "The batch is stored.", new ExampleDoc("draft", "A new batch", """{"id": "batch_0f3c1d2e4b5a69788796a5b4c3d2e1f0", "status": "DRAFT"}""")),
        ],
        Errors = [ApiErrors.BatchNotAnArray, ApiErrors.InvalidBatchName, .. BodyErrors, ApiErrors.TooManyBatches(Limits.MaxActive)],
    };

    public static OperationDoc List { get; } = new("listBatches", "Your batches of an endpoint")
    {
        Description = "The newest first.",
        Query = [.. QueryDoc.Page, QueryDoc.OneOf("status", "Only those in this state.", BatchStates)],
        Answers = [new(typeof(BatchListBody), "A part of the list.")],
        Errors = [ApiErrors.InvalidStatusQuery(BatchStates)],
    };

    public static OperationDoc Get { get; } = new("getBatch", "A batch")
    {
        Description = "Its state and how many of its requests are in which. It is done when it is COMPLETED, FAILED or CANCELLED.",
        Answers = [Batch],
        Errors = [ApiErrors.BatchNotFound],
    };

    public static OperationDoc Rename { get; } = new("renameBatch", "Rename a batch")
    {
        Description = "Gives a batch in any state another name.",
        Body = new(typeof(RenameBody), "The name.", new ExampleDoc("name", "A name", """{"name": "nightly"}""")),
        Answers = [Batch],
        Errors = [ApiErrors.BatchNotFound, ApiErrors.InvalidBatchName, ApiErrors.InvalidJson(1, 11), ApiErrors.UnsupportedMediaType],
    };

    public static OperationDoc Append { get; } = new("appendToBatch", "Add requests to a batch")
    {
        Description = "Adds to a DRAFT: all of the requests, or none.",
        Headers = [IdempotencyKey],
        Body = new(typeof(AppendBody), "The requests.", new ExampleDoc("one", "One more picture", """{"requests": [{"input": {"prompt": "a fish"}}]}""")),
        Answers = [Batch],
        Errors = [ApiErrors.BatchNotFound, ApiErrors.MissingRequests, ApiErrors.BatchNotDraft("FINALIZED"), .. BodyErrors],
    };

    public static OperationDoc ListRequests { get; } = new("listBatchRequests", "The requests of a batch")
    {
        Description = "With their outputs, in the order in which they were added.",
        Query = [.. QueryDoc.Page, QueryDoc.OneOf("status", "Only those in this state.", JobStates)],
        Answers =
        [
            new(typeof(BatchRequestsBody), "A part of the requests.", new ExampleDoc("one", "The first of two",
                """
                {"requests": [{"id": "req_0f3c1d2e4b5a69788796a5b4c3d2e1f0-0", "status": "FAILED", "error": "prompt is a required input.",
                               "startedAt": "2026-11-25T02:13:29.541Z", "completedAt": "2026-11-25T02:13:29.542Z"}],
                 "total": 2, "offset": 0, "limit": 1, "hasMore": true}
                """)),
        ],
        Errors = [ApiErrors.BatchNotFound, ApiErrors.InvalidStatusQuery(JobStates)],
    };

    public static OperationDoc RemoveRequest { get; } = new("removeFromBatch", "Take a request out of a batch")
    {
        Description = "Only while it is a DRAFT.",
        Answers = [Batch],
        Errors = [ApiErrors.BatchNotFound, ApiErrors.BatchRequestNotFound, ApiErrors.BatchNotDraft("FINALIZED")],
    };

    public static OperationDoc Finalize { get; } = new("finalizeBatch", "Let a batch run")
    {
        Description = "From now on its requests run when no other job of the endpoint waits, and nothing can be added or taken out.",
        Headers = [IdempotencyKey],
        Body = new(typeof(FinalizeBody), "May be left out.", new ExampleDoc("webhook", "With a webhook", """{"webhook": "https://example.com/done"}""")) { IsOptional = true },
        Answers = [Batch],
        Errors =
        [
            ApiErrors.BatchNotFound, ApiErrors.BatchEmpty, ApiErrors.BatchNotDraft("FINALIZED"), ApiErrors.FinalizeNotAnObject, ApiErrors.InvalidWebhook("webhook"),
            ApiErrors.TooManyQueuedBatchRequests(Limits.MaxQueued), .. KeyErrors,
        ],
    };

    public static OperationDoc Cancel { get; } = new("cancelBatch", "Cancel a batch")
    {
        Description = "Cancels the requests that wait; those that run come to their end, and then the batch is CANCELLED.",
        Answers = [Batch],
        Errors = [ApiErrors.BatchNotFound],
    };
}
