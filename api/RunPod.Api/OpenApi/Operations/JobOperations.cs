using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Api.Limits;
using RunPod.Api.OpenApi.Schemas;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about the operations on single jobs.</summary>
internal static class JobOperations
{
    private static readonly RequestLimitsOptions Limits = new();

    private static readonly QueryDoc Wait =
        QueryDoc.Milliseconds("wait", "How many milliseconds to wait for the job's end.", JobPolicyBounds.Wait, JobWaiter.DefaultWait);

    private static readonly QueryDoc TimeToLive =
        QueryDoc.Milliseconds("ttl", "A short form of `policy.ttl`, which it overrides.", JobPolicyBounds.TimeToLive);

    private static readonly HeaderDoc IdempotencyKey = new("Idempotency-Key",
        "1 to 255 characters of your choice, such as a UUID. The same key with the same request gives the first job's answer for 24 hours, and no second job.");

    private static readonly ContentDoc Request = new(typeof(JobRequestBody), "The job.", JobExamples.Request, JobExamples.RequestWithPolicy);

    private static readonly ApiError[] BodyErrors =
    [
        ApiErrors.EmptyBody,
        ApiErrors.BodyNotAnObject,
        ApiErrors.MissingInput,
        ApiErrors.InvalidJson(1, 11),
        ApiErrors.InvalidPolicy("ttl", JobPolicyBounds.TimeToLive),
        ApiErrors.InvalidWebhook("webhook"),
        ApiErrors.S3ConfigNotAnObject,
        ApiErrors.InvalidIdempotencyKey,
        ApiErrors.IdempotencyKeyReused,
        ApiErrors.UnsupportedMediaType,
        ApiErrors.QueueFull,
    ];

    public static OperationDoc Run { get; } = new("run", "Submit a job")
    {
        Description = "Takes a job and answers its id at once. From this answer on the job is stored: it survives the end of any process.",
        Query = [TimeToLive],
        Headers = [IdempotencyKey],
        Body = Request,
        Answers = [new(typeof(JobBody), "The job is stored and waits for a worker.", JobExamples.Accepted)],
        Errors = [.. BodyErrors, ApiErrors.InvalidQuery("ttl", "1", JobPolicyBounds.TimeToLive), ApiErrors.BodyTooLarge(Limits.Run)],
    };

    public static OperationDoc RunSync { get; } = new("runSync", "Submit a job and wait for its end")
    {
        Description = "The same as `/run`, but answers the whole job when it has ended, or its id and state when the wait is over; then ask `/status-sync`.",
        Query = [Wait, TimeToLive],
        Headers = [IdempotencyKey],
        Body = Request,
        Answers = [new(typeof(JobBody), "The job.", JobExamples.Completed, JobExamples.Failed, JobExamples.StillRunning)],
        Errors = [.. BodyErrors, ApiErrors.InvalidQuery("wait", "10", JobPolicyBounds.Wait), ApiErrors.BodyTooLarge(Limits.RunSync)],
    };

    public static OperationDoc Status { get; } = new("status", "A job as it is now")
    {
        Description = "Answers the job until 30 minutes after its end.",
        HasTag = true,
        Answers = [new(typeof(JobBody), "The job.", JobExamples.Whole)],
        Errors = [ApiErrors.JobNotFound],
    };

    public static OperationDoc StatusSync { get; } = new("statusSync", "A job when it has ended")
    {
        Description = "Answers the job when it has ended, or as it is when the wait is over.",
        Query = [Wait],
        Answers = [new(typeof(JobBody), "The job.", JobExamples.Whole)],
        Errors = [ApiErrors.JobNotFound, ApiErrors.InvalidQuery("wait", "10", JobPolicyBounds.Wait)],
    };

    public static OperationDoc Cancel { get; } = new("cancel", "Cancel a job")
    {
        Description = "Ends a job that waits or runs. A job that has ended already is answered unchanged.",
        Answers = [new(typeof(JobBody), "The job.", JobExamples.Cancelled, JobExamples.Completed)],
        Errors = [ApiErrors.JobNotFound],
    };

    public static OperationDoc Retry { get; } = new("retry", "Run a failed job again")
    {
        Description = "Puts a job that is FAILED or TIMED_OUT back into the queue under its id, with the same input. Its old output and error are gone.",
        Answers = [new(typeof(JobBody), "The job waits for a worker.", JobExamples.Accepted)],
        Errors = [ApiErrors.JobNotFound, ApiErrors.NotRetriable(JobStatus.Completed), ApiErrors.QueueFull],
    };
}
