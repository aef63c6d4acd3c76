using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;

namespace RunPod.Api.Limits;

/// <summary>
/// Bytes that this process holds for its users, of bodies that come in and of answers that go out: so many for each user, so many for all.
/// What bounds them is in <see cref="RequestLimitsOptions"/>.
/// </summary>
internal sealed class BytesInMemory : IDisposable
{
    /// <summary>So many bytes of each request are not counted: the server's own buffers are no smaller, and nearly all requests end here.</summary>
    public const int Uncounted = 64 * 1024;

    // A limiter counts in ints.
    private const int Unit = 1024;

    private readonly int _perUser;
    private readonly PartitionedRateLimiter<string> _users;
    private readonly ConcurrencyLimiter _all;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    public BytesInMemory(IOptions<RequestLimitsOptions> limits, IOptions<RequestOptions> requests, TimeProvider clock)
    {
        (_perUser, _patience, _clock) = (ToUnits(limits.Value.BytesInMemoryPerUser, int.MaxValue), requests.Value.Deadline, clock);
        _all = new ConcurrencyLimiter(Limit(ToUnits(limits.Value.BytesInMemory, int.MaxValue)));
        _users = PartitionedRateLimiter.Create<string, string>(user => RateLimitPartition.GetConcurrencyLimiter(user, _ => Limit(_perUser)), StringComparer.Ordinal);
    }

    /// <summary>Room for more bytes of a user, at once or not at all.</summary>
    public RateLimitLease? TryTake(string userId, long bytes)
    {
        var units = ToUnits(bytes, _perUser);
        var ofUser = _users.AttemptAcquire(userId, units);
        if (!ofUser.IsAcquired)
        {
            return null;
        }

        var ofAll = _all.AttemptAcquire(units);
        if (ofAll.IsAcquired)
        {
            return new BothLeases(ofUser, ofAll);
        }

        ofUser.Dispose();
        return null;
    }

    /// <summary>Room for more bytes of a user as soon as there is; null if there is none in the time in which a request is answered.</summary>
    public async ValueTask<RateLimitLease?> TakeAsync(string userId, long bytes, CancellationToken cancellationToken)
    {
        if (TryTake(userId, bytes) is { } lease)
        {
            return lease;
        }

        using var patience = new CancellationTokenSource(_patience, _clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        RateLimitLease? ofUser = null;
        try
        {
            var units = ToUnits(bytes, _perUser);
            ofUser = await _users.AcquireAsync(userId, units, end.Token);
            var both = new BothLeases(ofUser, await _all.AcquireAsync(units, end.Token));
            ofUser = null;
            return both;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            ofUser?.Dispose();
        }
    }

    public void Dispose()
    {
        _users.Dispose();
        _all.Dispose();
    }

    // What is larger than all that a user may hold passes alone.
    private static int ToUnits(long bytes, int atMost) => (int)Math.Min((bytes + Unit - 1) / Unit, atMost);

    private static ConcurrencyLimiterOptions Limit(int units) =>
        new() { PermitLimit = units, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private sealed class BothLeases(RateLimitLease ofUser, RateLimitLease ofAll) : RateLimitLease
    {
        public override bool IsAcquired => true;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            ofAll.Dispose();
            ofUser.Dispose();
            base.Dispose(disposing);
        }
    }
}
