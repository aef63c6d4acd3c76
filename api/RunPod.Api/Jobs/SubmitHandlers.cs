using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Errors;
using RunPod.Api.Limits;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

internal static class SubmitHandlers
{
    internal static async Task<Results<JobResult, ApiError>> RunAsync(string endpointId, HttpContext http, IGrainFactory grains, JobIntake intake)
    {
        var submission = await intake.ReadAsync(http, isSync: false);
        if (submission.IsError)
        {
            return submission.Error;
        }

        var jobId = JobIds.Create();
        return await grains.Job(endpointId, jobId).SubmitAsync(submission.Value) switch
        {
            SubmitOutcome.Accepted => JobResult.Brief(jobId, JobStatus.InQueue),
            SubmitOutcome.QueueFull => ApiErrors.QueueFull,
            var other => throw Unhandled(other),
        };
    }

    internal static async Task<Results<JobResult, ApiError>> RunSyncAsync(
        string endpointId, HttpContext http, IGrainFactory grains, JobIntake intake, JobWaiter waiter)
    {
        var wait = DurationQuery.Read(http.Request, "wait", JobPolicyBounds.Wait);
        if (wait.Error is { } badQuery)
        {
            return badQuery;
        }

        var submission = await intake.ReadAsync(http, isSync: true);
        if (submission.IsError)
        {
            return submission.Error;
        }

        var jobId = JobIds.CreateSync();
        var job = grains.Job(endpointId, jobId);
        return await job.SubmitAsync(submission.Value) switch
        {
            SubmitOutcome.Accepted => await WaitAsync(job, jobId, submission.Value.UserId, wait.Value ?? JobWaiter.DefaultWait, http, waiter),
            SubmitOutcome.QueueFull => ApiErrors.QueueFull,
            var other => throw Unhandled(other),
        };
    }

    private static async Task<Results<JobResult, ApiError>> WaitAsync(
        IJobGrain job, string jobId, string userId, TimeSpan wait, HttpContext http, JobWaiter waiter)
    {
        var accepted = new JobSnapshot { JobId = jobId, UserId = userId, Status = JobStatus.InQueue };
        return await waiter.WaitAsync(job, accepted, wait, http.Features.Get<RequestPermit>(), http.RequestAborted) switch
        {
            null => ApiErrors.JobNotFound,
            { IsTerminal: true } ended => JobResult.Whole(ended),
            var open => JobResult.Brief(jobId, open.Status),
        };
    }

    private static InvalidOperationException Unhandled(SubmitOutcome outcome) => new($"Unhandled submit outcome '{outcome}'.");
}
