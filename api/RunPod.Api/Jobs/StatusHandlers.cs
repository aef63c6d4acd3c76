using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

internal static class StatusHandlers
{
    internal static async Task<Results<JobResult, ApiError>> GetStatusAsync(string endpointId, string jobId, HttpContext http, IGrainFactory grains) =>
        await FindAsync(endpointId, jobId, http, grains) is { } job ? JobResult.WithTag(job) : ApiErrors.JobNotFound;

    internal static async Task<Results<JobResult, ApiError>> WaitForStatusAsync(
        string endpointId, string jobId, HttpContext http, IGrainFactory grains, JobWaiter waiter)
    {
        var wait = DurationQuery.Read(http.Request, "wait", JobPolicyBounds.Wait);
        if (wait.Error is { } badQuery)
        {
            return badQuery;
        }

        // Whose job it is comes first, so that nobody waits on somebody else's.
        if (await FindAsync(endpointId, jobId, http, grains) is not { } known)
        {
            return ApiErrors.JobNotFound;
        }

        return await waiter.WaitAsync(grains.Job(endpointId, jobId), known, wait.Value ?? JobWaiter.DefaultWait, http.RequestAborted) is { } job
            ? JobResult.Whole(job)
            : ApiErrors.JobNotFound;
    }

    private static async ValueTask<JobSnapshot?> FindAsync(string endpointId, string jobId, HttpContext http, IGrainFactory grains)
    {
        if (!JobIds.IsValid(jobId))
        {
            return null;
        }

        var job = await grains.Job(endpointId, jobId).GetSnapshotAsync().InTimeAsync(http);
        return job is not null && string.Equals(job.UserId, http.User.UserId(), StringComparison.Ordinal) ? job : null;
    }
}
