namespace RunPod.Grains.Limits;

/// <summary>
/// The wall clock's time at the beginning, and from then on as much more as has really passed: what is counted by it does not notice that the clock is set.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock)
{
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly long _started = clock.GetTimestamp();

    public DateTimeOffset Now => _startedAt + clock.GetElapsedTime(_started);

    /// <summary>By how much the wall clock was set forward.</summary>
    public TimeSpan Step => clock.GetUtcNow() - Now;
}
