using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Errors;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>
/// Takes chunks off a job's stream and waits for them. Waiting takes nothing and taking does not wait, so that a client who hangs up
/// meanwhile costs the next one no chunk.
/// </summary>
internal sealed partial class JobStreamReader(
    TimeProvider clock, IOptions<WaitingOptions> options, BytesInMemory room, IHostApplicationLifetime lifetime, ILogger<JobStreamReader> logger)
{
    // What a job gives at once. Taken chunks are nobody else's, so there must be room for them before.
    private const int LargestDrain = 8 * 1024 * 1024;

    /// <summary>
    /// How long <c>/stream</c> waits unless told. RunPod's JavaScript client asks again without a pause, so that an answer at once would
    /// use up its rate limit in seconds; its Go client gives up after 3 seconds.
    /// </summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _slice = options.Value.Slice;

    /// <summary>The next chunks, or none when the job has ended, the wait is over or this front end stops; null if the user has no such job.</summary>
    public async Task<TakenStream?> ReadAsync(IJobGrain job, string userId, TimeSpan wait, CancellationToken aborted)
    {
        var startedAt = clock.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        while (true)
        {
            aborted.ThrowIfCancellationRequested();
            try
            {
                var taken = await TakeAsync(job, userId, aborted);
                if (taken?.Stream is null or { Chunks.Length: > 0 } or { IsTruncated: true } or { IsEnd: true } || Remaining() <= TimeSpan.Zero)
                {
                    return taken;
                }

                var slice = JobWaiter.Shorter(Remaining(), _slice);
                await job.WaitForStreamAsync(slice, end.Token).WaitAsync(slice + JobWaiter.Grace, clock, end.Token);
            }
            catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
            {
                // Nothing remains: one last look.
            }
            catch (Exception exception) when (Outage.Is(exception) && Remaining() > TimeSpan.Zero)
            {
                LogSliceFailed(exception);
                await Task.Delay(JobWaiter.Shorter(Remaining(), JobWaiter.Pause), clock, aborted);
            }
        }

        TimeSpan Remaining() => lifetime.ApplicationStopping.IsCancellationRequested ? TimeSpan.Zero : wait - clock.GetElapsedTime(startedAt);
    }

    private async Task<TakenStream?> TakeAsync(IJobGrain job, string userId, CancellationToken aborted)
    {
        var held = await room.TakeAsync(userId, LargestDrain, aborted) ?? throw new TimeoutException("There is no room for more chunks.");
        JobStream? stream = null;
        try
        {
            stream = await job.DrainStreamAsync(userId);
            return stream is null ? null : new TakenStream(stream, IsLarge(stream) ? held : null);
        }
        finally
        {
            if (stream is null || !IsLarge(stream))
            {
                held.Dispose();
            }
        }
    }

    private static bool IsLarge(JobStream stream) => stream.Chunks.Sum(chunk => (long)chunk.Length) > BytesInMemory.Uncounted;

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for a stream goes on after a failed call")]
    private partial void LogSliceFailed(Exception exception);
}
