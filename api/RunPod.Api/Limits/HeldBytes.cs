using System.Threading.RateLimiting;

namespace RunPod.Api.Limits;

/// <summary>What the body of a request holds of its user's room; a feature of the request.</summary>
internal sealed class HeldBytes(BytesInMemory room, string userId) : IDisposable
{
    // Fine enough that bodies which stand still hold little more than has come in.
    private const long Step = 256 * 1024;

    private List<RateLimitLease> _leases = [];
    private long _bytes = BytesInMemory.Uncounted;
    private Task _work = Task.CompletedTask;

    /// <summary>Makes sure that so many bytes in all are counted. False if there is no room for them.</summary>
    /// <param name="bytes">The bytes that are there.</param>
    /// <param name="atMost">The most that there will be.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    public async ValueTask<bool> GrowAsync(long bytes, long atMost, CancellationToken cancellationToken)
    {
        if (bytes <= _bytes)
        {
            return true;
        }

        var grown = Math.Max(bytes, Math.Min(_bytes + Step, atMost));
        if (await room.TakeAsync(userId, grown - _bytes, cancellationToken) is not { } lease)
        {
            return false;
        }

        _leases.Add(lease);
        _bytes = grown;
        return true;
    }

    /// <summary>Holds until the work that was given the bytes is done with them, whether the request has been answered before or goes on.</summary>
    public void ReleaseAfter(Task work)
    {
        _work = work;
        work.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>The request has ended.</summary>
    public void Dispose()
    {
        if (_work.IsCompleted)
        {
            Release();
        }
    }

    private void Release() => Interlocked.Exchange(ref _leases, []).ForEach(lease => lease.Dispose());
}
