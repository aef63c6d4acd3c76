using StackExchange.Redis;

namespace RunPod.Grains.Streams;

/// <summary>
/// The writing end of an attempt's stream: cuts chunks to size, appends them in batches, and knows how much waits. One caller at a time.
/// </summary>
internal sealed class AttemptStream(JobStreams streams, string jobKey, int attempt, TimeSpan keptFor, long maxBytes)
{
    // A batch is one record of the store's log, which Garnet 2.2.8 splits, and may not be able to replay, beyond 1 MiB.
    private const int MaxBatchBytes = ChunkSplitter.MaxBytes;

    // A chunk's part of the limit that its bytes do not show: an entry in the list, a number in the queue below.
    private const int ChunkOverhead = 64;

    private readonly Queue<int> _waiting = [];
    private long _waitingBytes;
    private long _number = 1;
    private bool _isUncertain;
    private bool _isCut;
    private bool _isMarked;

    /// <summary>Cuts chunks to size and puts them into batches for <see cref="AppendAsync"/>.</summary>
    public static IEnumerable<RedisValue[]> Batch(IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        var batch = new List<RedisValue>();
        var bytes = 0;
        foreach (var piece in chunks.SelectMany(ChunkSplitter.Split))
        {
            if (batch.Count > 0 && bytes + piece.Length + ChunkOverhead > MaxBatchBytes)
            {
                yield return [.. batch];
                batch.Clear();
                bytes = 0;
            }

            batch.Add(piece);
            bytes += piece.Length + ChunkOverhead;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    /// <summary>Appends a batch unless the stream is full. After a failure it is to be called again with the same batch, and does not append it twice.</summary>
    public async Task AppendAsync(RedisValue[] batch)
    {
        if (_isUncertain && await streams.FindAppendedAsync(jobKey, attempt, _number) is { } found)
        {
            Appended(batch, found);
            return;
        }

        // Once cut, always cut: what is taken is the beginning of the stream, without a hole.
        _isCut = _isCut || !await HasRoomAsync(batch.Sum(Weight));
        if (!_isCut)
        {
            _isUncertain = true;
            Appended(batch, await streams.AppendAsync(jobKey, attempt, _number, batch, keptFor));
        }
        else if (!_isMarked)
        {
            await streams.CutAsync(jobKey, attempt, _number, keptFor);
            _isMarked = true;
        }
    }

    private async Task<bool> HasRoomAsync(long bytes)
    {
        if (_waitingBytes + bytes > maxBytes)
        {
            Forget(await streams.CountAsync(jobKey, attempt));
        }

        return _waitingBytes + bytes <= maxBytes;
    }

    private void Appended(RedisValue[] batch, long count)
    {
        _isUncertain = false;
        _number++;
        foreach (var chunk in batch)
        {
            _waiting.Enqueue(Weight(chunk));
            _waitingBytes += Weight(chunk);
        }

        Forget(count);
    }

    /// <summary>Chunks are taken from the front, so that how many wait says which.</summary>
    private void Forget(long count)
    {
        while (_waiting.Count > count)
        {
            _waitingBytes -= _waiting.Dequeue();
        }
    }

    private static int Weight(RedisValue chunk) => (int)chunk.Length() + ChunkOverhead;
}
