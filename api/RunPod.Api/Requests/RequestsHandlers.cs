using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Requests;

namespace RunPod.Api.Requests;

/// <summary>A user's jobs of an endpoint as a whole: listed, or purged.</summary>
internal static class RequestsHandlers
{
    private const int PurgePage = 1000;

    // A silo holds a job's input and output while it reads its state: as many as this at once.
    private const int Parallelism = 8;

    internal static async Task<Results<JsonHttpResult<RequestsBody>, ApiError>> ListAsync(
        string endpointId, HttpContext http, IGrainFactory grains, IRequestIndex index)
    {
        var page = PageQuery.Read(http.Request);
        if (page.IsError)
        {
            return page.Error;
        }

        var (offset, limit) = page.Value;
        var userId = http.User.UserId();
        var found = await index.ListAsync(endpointId, userId, offset, limit).InTimeAsync(http);
        var summaries = await SelectAsync(found.JobIds, jobId => grains.Job(endpointId, jobId).GetSummaryAsync().InTimeAsync(http));
        var requests = new List<RequestBody>(summaries.Count);
        var missing = new List<string>();
        foreach (var (jobId, summary) in found.JobIds.Zip(summaries))
        {
            if (summary is null)
            {
                missing.Add(jobId);
            }
            else
            {
                requests.Add(new RequestBody(jobId, JobStatusNames.ToWire(summary.Status), summary.DelayTime, summary.ExecutionTime, summary.CreatedAt));
            }
        }

        await index.DropMissingAsync(endpointId, userId, missing).InTimeAsync(http);
        return TypedResults.Json(
            new RequestsBody(requests, found.Total - missing.Count, offset, limit, HasMore: offset + found.JobIds.Count < found.Total), ApiJson.Answers.RequestsBody);
    }

    internal static async Task<JsonHttpResult<PurgeBody>> PurgeAsync(
        string endpointId, HttpContext http, IGrainFactory grains, IRequestIndex index, FullQueues fullQueues)
    {
        var userId = http.User.UserId();
        var queue = grains.Queue(endpointId);
        var removed = 0;
        RequestPage page;
        for (var offset = 0L; ; offset += PurgePage)
        {
            // New jobs move the later ones down the list: some come up twice, none is left out.
            page = await index.ListAsync(endpointId, userId, offset, PurgePage).EachInTimeAsync(http);
            var waiting = await queue.SelectWaitingAsync([.. page.JobIds]).EachInTimeAsync(http);
            var results = await SelectAsync(waiting, jobId => grains.Job(endpointId, jobId).CancelAsync(userId, onlyIfQueued: true).EachInTimeAsync(http));
            removed += results.Count(result => result.Outcome == CancelOutcome.Cancelled);
            if (page.JobIds.Count < PurgePage)
            {
                fullQueues.Remove(endpointId);
                return TypedResults.Json(new PurgeBody(removed, "completed"), ApiJson.Answers.PurgeBody);
            }
        }
    }

    private static async Task<IReadOnlyList<T>> SelectAsync<T>(IReadOnlyList<string> jobIds, Func<string, Task<T>> call)
    {
        var results = new T[jobIds.Count];
        await Parallel.ForAsync(0, jobIds.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) => results[i] = await call(jobIds[i]));
        return results;
    }
}
