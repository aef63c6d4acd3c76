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
    internal static async Task<Results<EmptyHttpResult, ApiError>> StreamAsync(
        string endpointId, string jobId, HttpContext http, IGrainFactory grains, JobStreamReader reader, BytesInMemory room,
        IOptions<EventStreamOptions> options, IHostApplicationLifetime lifetime)
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
        var asEvents = EventStreamWriter.IsWanted(http.Request);
        var firstWait = asEvents ? TimeSpan.Zero : wait.Value ?? JobStreamReader.DefaultWait;
        var reading = reader.ReadAsync(job, http.User.UserId(), firstWait, http.RequestAborted);
        TakenStream? taken;
        try
        {
            taken = await reading.InTimeAsync(http, firstWait);
        }
        catch
        {
            // The call goes on without us.
            _ = reading.ContinueWith(static late => late.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }

        if (taken is null)
        {
            return ApiErrors.JobNotFound;
        }

        // Here and not in a result: the request's place is to be held for as long as the chunks go out.
        using var held = taken;
        if (!asEvents)
        {
            await new JobStreamResult(taken.Stream).ExecuteAsync(http);
            return TypedResults.Empty;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await SendAsync(job, taken, http, reader, room, options.Value.KeepAlive, end.Token);
        return TypedResults.Empty;
    }

    private static async Task SendAsync(
        IJobGrain job, TakenStream first, HttpContext http, JobStreamReader reader, BytesInMemory room, TimeSpan keepAlive, CancellationToken end)
    {
        var events = await EventStreamWriter.StartAsync(http.Response, end);
        try
        {
            var attempt = first.Stream.Attempt;
            for (var taken = first; taken is not null; taken = await ReadAsync())
            {
                using var held = taken;
                var stream = taken.Stream;
                if (attempt > 0 && stream.Attempt > attempt)
                {
                    events.WriteRestart(stream.Attempt - 1);
                }

                attempt = stream.Attempt;
                await events.WriteAsync(stream, end);
                if (stream.IsEnd)
                {
                    held.Dispose();
                    using var done = await CountedJob.ReadAsync(() => job.GetSnapshotAsync().EachInTimeAsync(http), room, http.User.UserId(), end);
                    await events.WriteDoneAsync(done.Job, end);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has hung up, or this front end stops and the client comes back to another one.
        }

        async Task<TakenStream?> ReadAsync()
        {
            while (true)
            {
                try
                {
                    return await reader.ReadAsync(job, http.User.UserId(), keepAlive, end);
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
