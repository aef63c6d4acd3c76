using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

internal static class RetryHandlers
{
    internal static async Task<Results<JobResult, ApiError>> RetryAsync(string endpointId, string jobId, HttpContext http, IGrainFactory grains)
    {
        if (!JobIds.IsValid(jobId))
        {
            return ApiErrors.JobNotFound;
        }

        return await grains.Job(endpointId, jobId).RetryAsync(http.User.UserId()).InTimeAsync(http) switch
        {
            { Outcome: RetryOutcome.Requeued, Status: var status } => JobResult.Brief(jobId, status),
            { Outcome: RetryOutcome.NotRetriable, Status: var status } => ApiErrors.NotRetriable(status),
            { Outcome: RetryOutcome.QueueFull } => ApiErrors.QueueFull,
            { Outcome: RetryOutcome.UnknownJob } => ApiErrors.JobNotFound,
            var other => throw new InvalidOperationException($"Unhandled retry outcome '{other.Outcome}'."),
        };
    }
}
