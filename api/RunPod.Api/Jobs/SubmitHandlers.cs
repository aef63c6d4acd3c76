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

        var jobId = await SubmitAsync(endpointId, request.Value, http, submitter);
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

        var submitted = await SubmitAsync(endpointId, request.Value, http, submitter);
        if (submitted.IsError)
        {
            return submitted.Error;
        }

        var jobId = submitted.Value;
        var accepted = new JobSnapshot { JobId = jobId, UserId = http.User.UserId(), Status = JobStatus.InQueue };
        return await waiter.WaitAsync(
            grains.Job(endpointId, jobId), accepted, wait.Value ?? JobWaiter.DefaultWait, http.RequestAborted) switch
        {
            null => ApiErrors.JobNotFound,
            // Without the id its client would never get at the output: so it asks for the status, as after a wait that was too short.
            { IsTerminal: true } ended => JobResult.Whole(ended, JobResult.Brief(jobId, JobStatus.InProgress)),
            var open => JobResult.Brief(jobId, open.Status),
        };
    }

    private static Task<OrError<string>> SubmitAsync(string endpointId, JobRequest request, HttpContext http, JobSubmitter submitter)
    {
        var submitting = submitter.SubmitAsync(endpointId, request);
        http.Features.Get<HeldBytes>()?.ReleaseAfter(submitting);
        return submitting.InTimeAsync(http);
    }
}
