using System.Collections.Concurrent;
using RunPod.Contracts;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Webhooks;

/// <summary>
/// The durable outbox: a sorted set per receiver. A source enters a webhook before it writes the state that the webhook announces, and releases
/// it afterwards. What is entered and never released (a crash between the two) comes up a little later, and the source is asked what became of it.
/// </summary>
internal sealed class Outbox(IConnectionMultiplexer redis, StoreKeys keys, IGrainFactory grains, TimeProvider clock)
{
    // A write that seemed to fail may still be on its way; whoever asks later than this sees it.
    private static readonly TimeSpan UntilReleased = TimeSpan.FromSeconds(10);

    // Well below the time for which a receiver's grain keeps what it promised.
    private static readonly TimeSpan ScheduledFor = TimeSpan.FromMinutes(2);

    // Clients name as many receivers as they like.
    private const int MaxScheduled = 10_000;

    private readonly ConcurrentDictionary<string, (long Since, Task Done)> _scheduled = new(StringComparer.Ordinal);

    private IDatabase Store => redis.GetDatabase();

    /// <summary>Enters a webhook, after making sure that its receiver's grain will wake.</summary>
    public async Task EnterAsync(OutboxEntry entry)
    {
        await EnsureScheduledAsync(entry.Receiver);
        await Store.SortedSetAddAsync(keys.Outbox(entry.Receiver), entry.Member, new OutboxItem(entry, clock.GetUtcNow() + UntilReleased, 0).Score);
    }

    /// <summary>Lets an entered webhook be delivered at once: what it announces is in the store.</summary>
    public async Task ReleaseAsync(OutboxEntry entry)
    {
        await SetAsync(new OutboxItem(entry, clock.GetUtcNow(), 0));
        await grains.Webhook(entry.Receiver).DeliverDueAsync();
    }

    /// <summary>Whether a webhook was entered and is neither delivered nor given up.</summary>
    public async Task<bool> HoldsAsync(OutboxEntry entry) => await Store.SortedSetScoreAsync(keys.Outbox(entry.Receiver), entry.Member) is not null;

    /// <summary>Whether a receiver's outbox holds nothing.</summary>
    public async Task<bool> IsEmptyAsync(string receiver) => !await Store.KeyExistsAsync(keys.Outbox(receiver));

    /// <summary>The first of a receiver's webhooks, by when they are due.</summary>
    public async Task<OutboxItem[]> PeekAsync(string receiver, int count) => Array.ConvertAll(
        await Store.SortedSetRangeByRankWithScoresAsync(keys.Outbox(receiver), 0, count - 1),
        found => OutboxItem.Of(OutboxEntry.Parse(receiver, found.Element.ToString()), found.Score));

    /// <summary>Changes when an entry is due and how often it was tried, if it is there.</summary>
    public Task SetAsync(OutboxItem item) => Store.SortedSetAddAsync(keys.Outbox(item.Entry.Receiver), item.Entry.Member, item.Score, SortedSetWhen.Exists);

    /// <summary>Takes an entry out.</summary>
    public Task RemoveAsync(OutboxEntry entry) => Store.SortedSetRemoveAsync(keys.Outbox(entry.Receiver), entry.Member);

    /// <summary>Takes an entry out unless it was entered again meanwhile.</summary>
    public Task RemoveUnchangedAsync(OutboxItem item)
    {
        var key = keys.Outbox(item.Entry.Receiver);
        var transaction = Store.CreateTransaction();
        transaction.AddCondition(Condition.SortedSetEqual(key, item.Entry.Member, item.Score));
        _ = transaction.SortedSetRemoveAsync(key, item.Entry.Member);
        return transaction.ExecuteAsync();
    }

    private Task EnsureScheduledAsync(string receiver)
    {
        if (_scheduled.TryGetValue(receiver, out var scheduled) && !scheduled.Done.HasFailed && clock.GetElapsedTime(scheduled.Since) < ScheduledFor)
        {
            return scheduled.Done;
        }

        if (_scheduled.Count >= MaxScheduled)
        {
            // Costs each receiver in use one more grain call; looking for the oldest would cost every call.
            _scheduled.Clear();
        }

        // The time from before the call, so that the promise is never believed for longer than it holds.
        var since = clock.GetTimestamp();
        var done = grains.Webhook(receiver).EnsureScheduledAsync();
        _scheduled[receiver] = (since, done);
        return done;
    }
}
