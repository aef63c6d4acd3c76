using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RunPod.Contracts;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Expiry;

/// <summary>
/// The durable index of deadlines: a sorted set per bucket. Entries are written straight to the store, so a job costs no grain call here
/// but the first of its minute. An entry that is out of date is dropped when it comes up.
/// </summary>
internal sealed class ExpiryIndex(IConnectionMultiplexer redis, StoreKeys keys, IGrainFactory grains, TimeProvider clock, IOptions<ExpiryOptions> options)
{
    /// <summary>How many entries come up at a time.</summary>
    public const int PageSize = 1000;

    // Bounded: buckets whose minute is over are dropped as time goes on.
    private readonly ConcurrentDictionary<ExpiryBucket, Task> _scheduled = new();

    private IDatabase Store => redis.GetDatabase();

    /// <summary>Enters a deadline, after making sure that its bucket will wake.</summary>
    public async Task AddAsync(string jobKey, DateTimeOffset deadline, DeadlineKind kind = DeadlineKind.TimeOut)
    {
        var bucket = BucketOf(jobKey, deadline, kind);
        await EnsureScheduledAsync(bucket);
        await Store.SortedSetAddAsync(keys.Expiry(bucket.ToString()), jobKey, deadline.ToUnixTimeMilliseconds());
    }

    /// <summary>Takes a deadline out that no longer matters. Best effort: an entry that stays is harmless.</summary>
    /// <param name="jobKey">Whose it is.</param>
    /// <param name="deadline">The deadline.</param>
    /// <param name="entered">The one of the same kind that took its place. In the same bucket it took the entry over, which then stays.</param>
    /// <param name="kind">What it would have brought.</param>
    public void Remove(string jobKey, DateTimeOffset deadline, DateTimeOffset? entered, DeadlineKind kind = DeadlineKind.TimeOut)
    {
        var bucket = BucketOf(jobKey, deadline, kind);
        if (entered is not { } other || BucketOf(jobKey, other, kind) != bucket)
        {
            Store.SortedSetRemove(keys.Expiry(bucket.ToString()), jobKey, CommandFlags.FireAndForget);
        }
    }

    /// <summary>What has a deadline in a bucket that has passed, so many at most.</summary>
    public async Task<string[]> GetDueAsync(ExpiryBucket bucket)
    {
        var due = await Store.SortedSetRangeByScoreAsync(keys.Expiry(bucket.ToString()), stop: clock.GetUtcNow().ToUnixTimeMilliseconds(), take: PageSize);
        return Array.ConvertAll(due, value => value.ToString());
    }

    /// <summary>Takes jobs and batches out of a bucket.</summary>
    public Task DropAsync(ExpiryBucket bucket, IEnumerable<string> jobKeys) =>
        Store.SortedSetRemoveAsync(keys.Expiry(bucket.ToString()), [.. jobKeys.Select(key => (RedisValue)key)]);

    /// <summary>Lets jobs and batches of a bucket come up later, so that they do not hide what is due behind them.</summary>
    public Task PutOffAsync(ExpiryBucket bucket, IEnumerable<string> jobKeys, DateTimeOffset until) => Store.SortedSetAddAsync(
        keys.Expiry(bucket.ToString()), [.. jobKeys.Select(key => new SortedSetEntry(key, until.ToUnixTimeMilliseconds()))], SortedSetWhen.Exists);

    /// <summary>Whether a bucket holds nothing.</summary>
    public async Task<bool> IsEmptyAsync(ExpiryBucket bucket) => !await Store.KeyExistsAsync(keys.Expiry(bucket.ToString()));

    // A deadline that has passed already goes where somebody will still look.
    private ExpiryBucket BucketOf(string jobKey, DateTimeOffset deadline, DeadlineKind kind)
    {
        var now = clock.GetUtcNow();
        return ExpiryBucket.Of(jobKey, deadline < now ? now : deadline, kind, options.Value.Shards);
    }

    private Task EnsureScheduledAsync(ExpiryBucket bucket)
    {
        if (_scheduled.TryGetValue(bucket, out var scheduled) && !scheduled.HasFailed)
        {
            return scheduled;
        }

        var now = clock.GetUtcNow();
        foreach (var old in _scheduled.Keys.Where(old => old.End < now))
        {
            _scheduled.TryRemove(old, out _);
        }

        return _scheduled[bucket] = grains.Expiry(bucket.ToString()).EnsureScheduledAsync();
    }
}
