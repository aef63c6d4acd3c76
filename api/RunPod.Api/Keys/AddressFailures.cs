namespace RunPod.Api.Keys;

/// <summary>The wrong keys of one address in the current window.</summary>
internal sealed class AddressFailures(int limit, TimeSpan window, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _startedAt = clock.GetTimestamp();
    private int _failures;
    private int _guesses;

    /// <summary>Counts a request that failed. How long the address has to wait, or null if it may go on.</summary>
    public TimeSpan? Fail()
    {
        lock (_lock)
        {
            var left = Turn();
            return ++_failures > limit ? left : null;
        }
    }

    /// <summary>Whether a key that nobody here knows may be looked up; counts it until it is <see cref="Forgive">forgiven</see>.</summary>
    public bool TryGuess()
    {
        lock (_lock)
        {
            _ = Turn();
            if (_guesses >= limit)
            {
                return false;
            }

            _guesses++;
            return true;
        }
    }

    /// <summary>The key was good, or nothing could be learned about it.</summary>
    public void Forgive()
    {
        lock (_lock)
        {
            _guesses = Math.Max(0, _guesses - 1);
        }
    }

    /// <summary>Begins anew after the window; the rest of the current one.</summary>
    private TimeSpan Turn()
    {
        var elapsed = clock.GetElapsedTime(_startedAt);
        if (elapsed < window)
        {
            return window - elapsed;
        }

        (_startedAt, _failures, _guesses) = (clock.GetTimestamp(), 0, 0);
        return window;
    }
}
