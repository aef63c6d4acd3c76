using Microsoft.Extensions.Logging;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Streams;
using RunPod.Inference;
using StackExchange.Redis;

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

    /// <summary>
    /// Runs until the queue is complete and all of it is written, or the attempt is abandoned. Returns what is wrong with the model's output, which nobody
    /// can be told then, or null.
    /// </summary>
    public async Task<string?> RunAsync(PartialOutputQueue output)
    {
        byte[]? latest = null;
        while (await output.FetchAsync() is { Count: > 0 } fetched)
        {
            var started = clock.GetTimestamp();
            RedisValue[][] batches;
            try
            {
                var chunks = await RenderAsync(fetched);
                batches = [.. AttemptStream.Batch(chunks)];
                latest = LatestProgress(fetched, chunks) ?? latest;
            }
            catch (Exception exception)
            {
                // The model's own code, of which anything may come.
                LogUseless(exception);
                var fault = ErrorText.WithoutFolders(exception.Message);
                output.Fail(fault);
                return fault;
            }

            await WriteAsync(batches);
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

        return null;
    }

    private async Task<ReadOnlyMemory<byte>[]> RenderAsync(IReadOnlyList<PartialOutput> fetched)
    {
        // A round's earlier previews have been overtaken already, and a fast model makes hundreds a second.
        var lastFile = fetched.LastOrDefault(part => part.File is not null)?.File;
        var chunks = new ReadOnlyMemory<byte>[fetched.Count];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = fetched[i].Json;
            if (fetched[i].Render is { } render)
            {
                chunks[i] = render(ReferenceEquals(fetched[i].File, lastFile) ? await TryStoreAsync(lastFile) : null);
                OutputCheck.ThrowIfFaulty(chunks[i].Span);
            }
        }

        return chunks;
    }

    private static byte[]? LatestProgress(IReadOnlyList<PartialOutput> fetched, ReadOnlyMemory<byte>[] chunks)
    {
        for (var i = chunks.Length - 1; i >= 0; i--)
        {
            // A chunk has a stream to be cut up in; /status has not.
            if (fetched[i].IsProgress && chunks[i].Length <= ChunkSplitter.MaxBytes)
            {
                return chunks[i].ToArray();
            }
        }

        return null;
    }

    private async Task WriteAsync(RedisValue[][] batches)
    {
        foreach (var batch in batches)
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The model's partial output is of no use, and its job fails")]
    private partial void LogUseless(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A preview could not be stored; the attempt goes on without previews")]
    private partial void LogFileLeftOut(Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Progress did not reach its job")]
    private partial void LogNotTold(Exception exception);
}
