using System.Globalization;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Queues;

/// <summary>
/// What the store holds of one queue: a sorted set of the open jobs by place, waiting or leased, and a hash of their leases.
/// Leasing and returning a job touch the hash alone, so no step can lose a job.
/// </summary>
internal sealed class QueueIndex(IConnectionMultiplexer redis, StoreKeys keys, string queueKey)
{
    private const int PageSize = 10_000;
    private const string EpochField = "epoch";
    private const string WorkersField = "workers";

    private readonly RedisKey _open = keys.QueueOpen(queueKey);
    private readonly RedisKey _leases = keys.QueueLeases(queueKey);
    private readonly RedisKey _counters = keys.QueueCounters(queueKey);

    private IDatabase Store => redis.GetDatabase();

    /// <summary>A number larger than that of every earlier activation of this queue.</summary>
    public Task<long> NextEpochAsync() => Store.HashIncrementAsync(_counters, EpochField);

    public async IAsyncEnumerable<(string JobId, long Place)> ReadOpenAsync()
    {
        for (long start = 0; ; start += PageSize)
        {
            var page = await Store.SortedSetRangeByRankWithScoresAsync(_open, start, start + PageSize - 1);
            foreach (var entry in page)
            {
                yield return (entry.Element.ToString(), (long)entry.Score);
            }

            if (page.Length < PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>How many jobs are open.</summary>
    public Task<long> CountAsync() => Store.SortedSetLengthAsync(_open);

    /// <summary>The stored leases; they are good until <paramref name="endsAt"/>, since heartbeats renew them in memory only.</summary>
    public async Task<IReadOnlyList<(string JobId, QueueLease Lease)>> ReadLeasesAsync(DateTimeOffset endsAt)
    {
        var stored = await Store.HashGetAllAsync(_leases);
        return Array.ConvertAll(stored, field => (field.Name.ToString(), ParseLease(field.Value.ToString(), endsAt)));
    }

    public async Task<QueueCounters> ReadCountersAsync()
    {
        var values = await Store.HashGetAsync(_counters, [QueueCounters.CompletedField, QueueCounters.FailedField, QueueCounters.RetriedField]);
        return new QueueCounters((long)values[0], (long)values[1], (long)values[2]);
    }

    /// <summary>How many workers the queue had when that last changed.</summary>
    public async Task<int> ReadWorkersAsync() => (int)await Store.HashGetAsync(_counters, WorkersField);

    public void NoteWorkers(int workers) => Store.HashSet(_counters, WorkersField, workers, flags: CommandFlags.FireAndForget);

    public Task AddAsync(string jobId, long place) => Store.SortedSetAddAsync(_open, jobId, place, When.NotExists);

    public Task LeaseAsync(string jobId, QueueLease lease) =>
        Store.HashSetAsync(_leases, jobId, string.Create(CultureInfo.InvariantCulture, $"{lease.LeaseId} {lease.WorkerKey}"));

    public Task ReturnAsync(string jobId, bool retried)
    {
        if (retried)
        {
            Store.HashIncrement(_counters, QueueCounters.RetriedField, flags: CommandFlags.FireAndForget);
        }

        return Store.HashDeleteAsync(_leases, jobId);
    }

    public Task RemoveAsync(string jobId, JobStatus? outcome)
    {
        if (QueueCounters.FieldOf(outcome) is { } field)
        {
            Store.HashIncrement(_counters, field, flags: CommandFlags.FireAndForget);
        }

        Store.HashDelete(_leases, jobId, CommandFlags.FireAndForget);
        return Store.SortedSetRemoveAsync(_open, jobId);
    }

    private static QueueLease ParseLease(string text, DateTimeOffset endsAt)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var workerKey = text[(space + 1)..];
        var silo = SiloAddress.FromParsableString(workerKey[..workerKey.IndexOf('/', StringComparison.Ordinal)]);
        return new QueueLease(long.Parse(text.AsSpan(0, space), CultureInfo.InvariantCulture), workerKey, silo, endsAt);
    }
}
