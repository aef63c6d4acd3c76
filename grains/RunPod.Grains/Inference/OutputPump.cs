using Microsoft.Extensions.Logging;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Streams;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// Carries one attempt's partial output: files to the object store, chunks to the stream, then word to the job, one call at a time and
/// a few a second, however often the model speaks. Chunks are written before anybody hears of them.
/// </summary>
internal sealed partial class OutputPump(IJobGrain job, int attempt, AttemptStream stream, TimeProvider clock, ILogger logger)
{
    /// <summary>From one round to the next while the model runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // A preview is not worth more; the job's end would wait for it.
    private static readonly TimeSpan FilePatience = TimeSpan.FromSeconds(10);

    private bool _leavesFilesOut;

    /// <summary>Puts a file into the object store.</summary>
    public required Func<ModelFile, Task<Uri>> StoreFile { get; init; }

    /// <summary>Repeats a write until it succeeds or the attempt is abandoned.</summary>
    public required Func<Func<Task<bool>>, Task<bool>> Persist { get; init; }

    /// <summary>Runs until the queue is complete and all of it is written, or the attempt is abandoned.</summary>
    public async Task RunAsync(PartialOutputQueue output)
    {
        byte[]? latest = null;
        while (await output.FetchAsync() is { Count: > 0 } fetched)
        {
            var started = clock.GetTimestamp();
            var chunks = new List<ReadOnlyMemory<byte>>(fetched.Count);
            foreach (var part in fetched)
            {
                var json = part.Render is null ? part.Json : part.Render(await TryStoreAsync(part.File));
                chunks.Add(json);
                // A chunk has a stream to be cut up in; /status has not.
                latest = part.IsProgress && json.Length <= ChunkSplitter.MaxBytes ? json.ToArray() : latest;
            }

            await WriteAsync(chunks);
            if (output.Completed.IsCompleted)
            {
                // The attempt's report, which comes next, says more.
                continue;
            }

            latest = await TellAsync(latest, output.Completed) ? null : latest;
            var rest = Interval - clock.GetElapsedTime(started);
            if (rest > TimeSpan.Zero)
            {
                await output.Completed.WaitAsync(rest, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WriteAsync(List<ReadOnlyMemory<byte>> chunks)
    {
        foreach (var batch in AttemptStream.Batch(chunks))
        {
            await Persist(async () =>
            {
                await stream.AppendAsync(batch);
                return true;
            });
        }
    }

    private async Task<Uri?> TryStoreAsync(ModelFile? file)
    {
        if (file is null || _leavesFilesOut)
        {
            return null;
        }

        try
        {
            return await StoreFile(file).WaitAsync(FilePatience, clock);
        }
        catch (Exception exception)
        {
            _leavesFilesOut = true;
            LogFileLeftOut(exception);
            return null;
        }
    }

    /// <summary>False if the job did not hear it: what was lost is told with what comes next, and who waits for chunks looks for himself.</summary>
    private async Task<bool> TellAsync(byte[]? progress, Task completed)
    {
        try
        {
            var told = job.ReportProgressAsync(new AttemptProgress { Attempt = attempt, Output = progress });
            if (await Task.WhenAny(told, completed) != told)
            {
                // The end does not wait for a silo that may be lost.
                told.Ignore();
                return false;
            }

            await told;
            return true;
        }
        catch (Exception exception)
        {
            LogNotTold(exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A preview could not be stored; the attempt goes on without previews")]
    private partial void LogFileLeftOut(Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Progress did not reach its job")]
    private partial void LogNotTold(Exception exception);
}
