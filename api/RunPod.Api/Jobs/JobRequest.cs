using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>A request for a job.</summary>
/// <param name="Submission">The job.</param>
/// <param name="Idempotency">Its <c>Idempotency-Key</c>, if it carries one.</param>
internal sealed record JobRequest(JobSubmission Submission, IdempotencyRequest? Idempotency);
