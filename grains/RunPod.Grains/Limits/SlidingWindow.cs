namespace RunPod.Grains.Limits;

/// <summary>
/// An exact sliding window: of any interval of the window's length, no more than the limit's number of requests are granted.
/// It remembers the time of each request that still counts, 8 bytes apiece. (System.Threading.RateLimiting approximates the window
/// by segments and reads the machine's clock, which no test can set.)
/// </summary>
internal sealed class SlidingWindow(int limit, TimeSpan window)
{
    private const int Parts = 20;

    // In UTC ticks, the oldest first. It grows with what is granted: a limit that is meant to be none costs nothing.
    private readonly Queue<long> _granted = new();

    /// <summary>Requests that would be granted now.</summary>
    public int Remaining(DateTimeOffset now)
    {
        Forget(now);
        return limit - _granted.Count;
    }

    /// <summary>Counts a request that <see cref="Remaining"/> allows.</summary>
    public void Count(DateTimeOffset now) => _granted.Enqueue(now.UtcTicks);

    /// <summary>Until the oldest granted request leaves the window.</summary>
    public TimeSpan ResetAfter(DateTimeOffset now) => _granted.TryPeek(out var oldest) ? new TimeSpan(oldest - now.UtcTicks) + window : TimeSpan.Zero;

    /// <summary>What counts, in few numbers: times, and how many requests were granted up to a twentieth of the window before each.</summary>
    public IEnumerable<(DateTimeOffset At, int Count)> Summarize(DateTimeOffset now)
    {
        Forget(now);
        var part = (window / Parts).Ticks;
        return _granted
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

    private void Forget(DateTimeOffset now)
    {
        while (_granted.TryPeek(out var oldest) && oldest + window.Ticks <= now.UtcTicks)
        {
            _granted.Dequeue();
        }
    }
}
