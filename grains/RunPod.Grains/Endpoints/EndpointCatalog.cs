using System.Collections.Frozen;
using RunPod.Contracts.Endpoints;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Endpoints;

/// <summary>The endpoints of the cluster, in a sorted set by the time of their last announcement.</summary>
internal sealed class EndpointCatalog(IConnectionMultiplexer redis, StoreKeys keys, TimeProvider clock) : IEndpointCatalog
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    // As long as a job may wait by default: with its last worker away, an endpoint still takes jobs for so long.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1);

    private volatile Listing? _listing;

    public ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken) =>
        _listing is { } listing && clock.GetElapsedTime(listing.ReadAt) < MaxAge ? new(listing.Ids) : ReadAsync();

    /// <summary>Tells the cluster that a worker serves these endpoints.</summary>
    public Task AnnounceAsync(IEnumerable<string> endpointIds)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        SortedSetEntry[] entries = [.. endpointIds.Select(id => new SortedSetEntry(id, now))];
        return entries.Length == 0 ? Task.CompletedTask : redis.GetDatabase().SortedSetAddAsync(keys.Endpoints, entries);
    }

    private async ValueTask<IReadOnlySet<string>> ReadAsync()
    {
        var readAt = clock.GetTimestamp();
        var stored = await redis.GetDatabase().SortedSetRangeByScoreAsync(keys.Endpoints, start: (clock.GetUtcNow() - ForgetAfter).ToUnixTimeSeconds());
        var ids = stored.Select(id => id.ToString()).ToFrozenSet(StringComparer.Ordinal);

        // No endpoint at all means that the first worker is about to come.
        _listing = ids.Count == 0 ? null : new Listing(ids, readAt);
        return ids;
    }

    private sealed record Listing(FrozenSet<string> Ids, long ReadAt);
}
