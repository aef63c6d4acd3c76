using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

internal static class CancelHandlers
{
    internal static async Task<Results<JobResult, ApiError>> CancelAsync(string endpointId, string jobId, HttpContext http, IGrainFactory grains)
    {
        if (!JobIds.IsValid(jobId))
        {
            return ApiErrors.JobNotFound;
        }

        return await grains.Job(endpointId, jobId).CancelAsync(http.User.UserId(), onlyIfQueued: false).InTimeAsync(http) switch
        {
            { Outcome: CancelOutcome.Cancelled, Job: { } cancelled } => JobResult.WithTimes(cancelled),
            { Outcome: CancelOutcome.Cancelled } => JobResult.Brief(jobId, JobStatus.Cancelled),
            { Outcome: CancelOutcome.AlreadyEnded, Job: { } ended } => JobResult.Whole(ended),
            { Outcome: CancelOutcome.UnknownJob } => ApiErrors.JobNotFound,
            var other => throw new InvalidOperationException($"Unhandled cancel outcome '{other.Outcome}'."),
        };
    }
}
