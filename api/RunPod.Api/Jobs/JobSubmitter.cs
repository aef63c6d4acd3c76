using RunPod.Api.Errors;
using RunPod.Contracts;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>Submits a job, or finds the one that the same request made before.</summary>
internal sealed class JobSubmitter(IGrainFactory grains, IIdempotencyKeys idempotency, FullQueues fullQueues)
{
    /// <summary>The id of the accepted job.</summary>
    public async Task<OrError<string>> SubmitAsync(string endpointId, JobRequest request)
    {
        var jobId = request.Submission.IsSync ? JobIds.CreateSync() : JobIds.Create();
        if (request.Idempotency is not { } key)
        {
            return await SubmitAsync(endpointId, jobId, request.Submission) ? jobId : ApiErrors.QueueFull;
        }

        var claim = await idempotency.ClaimAsync(key, jobId);
        if (!claim.IsSameRequest)
        {
            return ApiErrors.IdempotencyKeyReused;
        }

        if (claim.IsAccepted)
        {
            return claim.JobId;
        }

        if (!await SubmitAsync(endpointId, claim.JobId, request.Submission))
        {
            await idempotency.ReleaseAsync(key, claim.JobId);
            return ApiErrors.QueueFull;
        }

        await idempotency.ConfirmAsync(key, claim.JobId);
        return claim.JobId;
    }

    private async Task<bool> SubmitAsync(string endpointId, string jobId, JobSubmission submission)
    {
        if (fullQueues.Contains(endpointId, submission.LowPriority))
        {
            return false;
        }

        switch (await grains.Job(endpointId, jobId).SubmitAsync(submission))
        {
            case SubmitOutcome.Accepted:
                return true;
            case SubmitOutcome.QueueFull:
                fullQueues.Add(endpointId, submission.LowPriority);
                return false;
            case var other:
                throw new InvalidOperationException($"Unhandled submit outcome '{other}'.");
        }
    }
}
