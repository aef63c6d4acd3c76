using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

internal static class SubmitHandlers
{
    internal static async Task<Results<JobResult, ApiError>> RunAsync(string endpointId, HttpContext http, JobIntake intake, JobSubmitter submitter)
    {
        var request = await intake.ReadAsync(http, endpointId, isSync: false);
        if (request.IsError)
        {
            return request.Error;
        }

        var jobId = await submitter.SubmitAsync(endpointId, request.Value).InTimeAsync(http);
        return jobId.IsError ? jobId.Error : JobResult.Brief(jobId.Value, JobStatus.InQueue);
    }

    internal static async Task<Results<JobResult, ApiError>> RunSyncAsync(
        string endpointId, HttpContext http, IGrainFactory grains, JobIntake intake, JobSubmitter submitter, JobWaiter waiter)
    {
        var wait = DurationQuery.Read(http.Request, "wait", JobPolicyBounds.Wait);
        if (wait.Error is { } badQuery)
        {
            return badQuery;
        }

        var request = await intake.ReadAsync(http, endpointId, isSync: true);
        if (request.IsError)
        {
            return request.Error;
        }

        var submitted = await submitter.SubmitAsync(endpointId, request.Value).InTimeAsync(http);
        if (submitted.IsError)
        {
            return submitted.Error;
        }

        var jobId = submitted.Value;
        var accepted = new JobSnapshot { JobId = jobId, UserId = http.User.UserId(), Status = JobStatus.InQueue };
        return await waiter.WaitAsync(
            grains.Job(endpointId, jobId), accepted, wait.Value ?? JobWaiter.DefaultWait, http.Features.Get<RequestPermit>(), http.RequestAborted) switch
        {
            null => ApiErrors.JobNotFound,
            { IsTerminal: true } ended => JobResult.Whole(ended),
            var open => JobResult.Brief(jobId, open.Status),
        };
    }
}
