using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>
/// <c>/stream</c>: what a model gives before its end. A chunk goes to one answer only. The output of the job is not among the chunks; it is
/// in <c>/status</c>, and in the last event of an event stream.
/// </summary>
internal static class StreamHandlers
{
    internal static async Task<Results<JobStreamResult, EmptyHttpResult, ApiError>> StreamAsync(
        string endpointId, string jobId, HttpContext http, IGrainFactory grains, JobStreamReader reader, IOptions<EventStreamOptions> options, IHostApplicationLifetime lifetime)
    {
        var wait = DurationQuery.Read(http.Request, "wait", JobPolicyBounds.StreamWait);
        if (wait.Error is { } badQuery)
        {
            return badQuery;
        }

        if (!JobIds.IsValid(jobId))
        {
            return ApiErrors.JobNotFound;
        }

        var job = grains.Job(endpointId, jobId);
        var permit = http.Features.Get<RequestPermit>();
        var asEvents = EventStreamWriter.IsWanted(http.Request);
        var firstWait = asEvents ? TimeSpan.Zero : wait.Value ?? JobStreamReader.DefaultWait;
        if (await reader.ReadAsync(job, http.User.UserId(), firstWait, permit, http.RequestAborted).InTimeAsync(http, firstWait) is not { } stream)
        {
            return ApiErrors.JobNotFound;
        }

        if (!asEvents)
        {
            return new JobStreamResult(stream);
        }

        // Here and not in a result: the request's place is to be held for as long as the events go on.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await SendAsync(job, stream, http, reader, permit, options.Value.KeepAlive, end.Token);
        return TypedResults.Empty;
    }

    private static async Task SendAsync(
        IJobGrain job, JobStream first, HttpContext http, JobStreamReader reader, RequestPermit? permit, TimeSpan keepAlive, CancellationToken end)
    {
        var events = await EventStreamWriter.StartAsync(http.Response, end);
        try
        {
            var attempt = first.Attempt;
            for (var stream = first; stream is not null; stream = await ReadAsync())
            {
                if (attempt > 0 && stream.Attempt > attempt)
                {
                    events.WriteRestart(stream.Attempt - 1);
                }

                attempt = stream.Attempt;
                await events.WriteAsync(stream, end);
                if (stream.IsEnd)
                {
                    await events.WriteDoneAsync(await job.GetSnapshotAsync(), end);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has hung up, or this front end stops and the client comes back to another one.
        }

        async Task<JobStream?> ReadAsync()
        {
            while (true)
            {
                try
                {
                    return await reader.ReadAsync(job, http.User.UserId(), keepAlive, permit, end);
                }
                catch (Exception exception) when (Outage.Is(exception))
                {
                    // It took as long as the silence may; the connection outlives the outage.
                    await events.WriteKeepAliveAsync(end);
                }
            }
        }
    }
}
