namespace RunPod.Grains.Limits;

/// <summary>
/// An exact sliding window: of any interval of the window's length, no more than the limit's number of requests are granted.
/// It remembers the time of each granted request in a ring, 16 bytes apiece. (System.Threading.RateLimiting approximates the window
/// by segments and reads the machine's clock, which no test can set.)
/// </summary>
internal sealed class SlidingWindow(int limit, TimeSpan window)
{
    private const int Parts = 20;

    private readonly DateTimeOffset[] _granted = new DateTimeOffset[limit];
    private int _next;
    private int _count;

    /// <summary>Requests that would be granted now.</summary>
    public int Remaining(DateTimeOffset now)
    {
        Forget(now);
        return limit - _count;
    }

    /// <summary>Counts a request that <see cref="Remaining"/> allows.</summary>
    public void Count(DateTimeOffset now)
    {
        _granted[_next] = now;
        _next = (_next + 1) % limit;
        _count++;
    }

    /// <summary>Until the oldest granted request leaves the window.</summary>
    public TimeSpan ResetAfter(DateTimeOffset now) => _count == 0 ? TimeSpan.Zero : Oldest + window - now;

    /// <summary>What counts, in few numbers: times, and how many requests were granted up to a twentieth of the window before each.</summary>
    public IEnumerable<(DateTimeOffset At, int Count)> Summarize(DateTimeOffset now)
    {
        Forget(now);
        var part = (window / Parts).Ticks;
        return Enumerable.Range(0, _count)
            .Select(i => _granted[(_next - _count + i + limit) % limit].UtcTicks)
            .CountBy(ticks => (ticks + part - 1) / part)
            .Select(granted => (new DateTimeOffset(granted.Key * part, TimeSpan.Zero), granted.Value));
    }

    /// <summary>Counts what another window has summarized, in the order of time.</summary>
    public void Restore(IEnumerable<(DateTimeOffset At, int Count)> granted, DateTimeOffset now)
    {
        foreach (var (at, count) in granted)
        {
            // The other silo's clock may be ahead.
            var counted = at < now ? at : now;
            for (var i = 0; i < count && Remaining(now) > 0; i++)
            {
                Count(counted);
            }
        }
    }

    private DateTimeOffset Oldest => _granted[(_next - _count + limit) % limit];

    private void Forget(DateTimeOffset now)
    {
        while (_count > 0 && Oldest + window <= now)
        {
            _count--;
        }
    }
}
