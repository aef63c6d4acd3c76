using Microsoft.Extensions.Options;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Streams;

/// <summary>
/// The chunks of attempts that nobody has taken yet, a list per attempt. They go straight to the store and out of it, past the job's state;
/// only the job's current attempt is ever read. A list that nobody deletes, since its worker did not know that the job was gone, ends by itself.
/// </summary>
internal sealed class JobStreams(IConnectionMultiplexer redis, StoreKeys keys, IOptions<StreamOptions> options)
{
    // What one answer may carry, so that neither its size nor the time that it takes gets near the limits of a grain call.
    private const int MaxAnswerBytes = 8 * ChunkSplitter.MaxBytes;
    private const int MaxAnswerChunks = 1024;

    // Stands in the list, where no chunk is empty, for those that were dropped.
    private static readonly RedisValue Cut = Array.Empty<byte>();

    // Lists of attempts that somebody still reads are deleted before this.
    private static readonly TimeSpan Spare = TimeSpan.FromHours(1);

    private IDatabase Store => redis.GetDatabase();

    /// <summary>The writing end of an attempt's stream.</summary>
    public AttemptStream Open(string jobKey, AttemptStart start) =>
        new(this, jobKey, start.Attempt, start.ExecutionTimeout + start.Retention + Spare, options.Value.MaxBytes);

    /// <summary>Appends a batch, which must be below 1 MiB, and its number in one step. Returns how many chunks wait now.</summary>
    public async Task<long> AppendAsync(string jobKey, int attempt, long number, RedisValue[] batch, TimeSpan keptFor)
    {
        var (list, tail) = (keys.Stream(jobKey, attempt), keys.StreamTail(jobKey, attempt));
        var transaction = Store.CreateTransaction();
        var length = transaction.ListRightPushAsync(list, batch);
        _ = transaction.KeyExpireAsync(list, keptFor);
        _ = transaction.StringSetAsync(tail, number, keptFor);
        await transaction.ExecuteAsync();
        return await length;
    }

    /// <summary>How many chunks wait if a batch of this number was appended; null if it was not.</summary>
    public async Task<long?> FindAppendedAsync(string jobKey, int attempt, long number) =>
        await Store.StringGetAsync(keys.StreamTail(jobKey, attempt)) == number ? await CountAsync(jobKey, attempt) : null;

    /// <summary>Marks that chunks were dropped from here on.</summary>
    public Task<long> CutAsync(string jobKey, int attempt, long number, TimeSpan keptFor) => AppendAsync(jobKey, attempt, number, [Cut], keptFor);

    /// <summary>How many chunks wait.</summary>
    public Task<long> CountAsync(string jobKey, int attempt) => Store.ListLengthAsync(keys.Stream(jobKey, attempt));

    /// <summary>Takes the first chunks: as many as fit into an answer.</summary>
    public async Task<TakenChunks> TakeAsync(string jobKey, int attempt)
    {
        var list = keys.Stream(jobKey, attempt);
        var chunks = new List<byte[]>();
        var isTruncated = false;
        for (var bytes = 0; chunks.Count < MaxAnswerChunks && (MaxAnswerBytes - bytes) / ChunkSplitter.MaxBytes is > 0 and var count;)
        {
            RedisValue[] popped;
            try
            {
                popped = await Store.ListLeftPopAsync(list, count) ?? [];
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException && chunks.Count > 0)
            {
                // What has been taken reaches the caller; the next call meets the outage.
                break;
            }

            foreach (byte[] chunk in popped.Select(value => (byte[])value!))
            {
                if (chunk.Length == 0)
                {
                    isTruncated = true;
                    continue;
                }

                chunks.Add(chunk);
                bytes += chunk.Length;
            }

            if (popped.Length < count)
            {
                return new TakenChunks([.. chunks], IsLast: true, isTruncated);
            }
        }

        return new TakenChunks([.. chunks], IsLast: false, isTruncated);
    }

    /// <summary>Deletes the chunks of the attempts up to a number. An attempt at a time: in a Redis cluster each has a slot of its own.</summary>
    public Task DeleteAsync(string jobKey, int attempts) => Task.WhenAll(
        Enumerable.Range(1, Math.Max(0, attempts)).Select(attempt => Store.KeyDeleteAsync([keys.Stream(jobKey, attempt), keys.StreamTail(jobKey, attempt)])));
}
