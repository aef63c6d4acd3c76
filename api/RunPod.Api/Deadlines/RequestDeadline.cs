namespace RunPod.Api.Deadlines;

/// <summary>
/// The time in which a request is answered, whatever hangs behind it; a feature of the request. What a caller no longer waits for goes on:
/// it may be a write that the store has already seen.
/// </summary>
internal sealed class RequestDeadline(TimeSpan limit, TimeProvider clock)
{
    // For the call that is under way when a wait ends. RunPod's Go client gives up a second after the default wait of its stream.
    private static readonly TimeSpan AfterWait = TimeSpan.FromMilliseconds(500);

    private readonly long _startedAt = clock.GetTimestamp();
    private TimeSpan _uncounted;

    private TimeSpan Remaining => limit + _uncounted - clock.GetElapsedTime(_startedAt);

    /// <summary>Does something that takes as long as the client does, such as reading the body.</summary>
    public async ValueTask<T> WithoutAsync<T>(Func<ValueTask<T>> work)
    {
        var began = clock.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            _uncounted += clock.GetElapsedTime(began);
        }
    }

    /// <summary>The outcome of a call, or a <see cref="TimeoutException"/> when the request's time is over.</summary>
    /// <param name="call">The call.</param>
    /// <param name="wait">How long the client has asked to wait.</param>
    /// <param name="aborted">Ends the wait.</param>
    public Task<T> BoundAsync<T>(Task<T> call, TimeSpan wait, CancellationToken aborted)
    {
        if (call.IsCompleted)
        {
            return call;
        }

        var atLeast = wait > TimeSpan.Zero ? wait + AfterWait : TimeSpan.Zero;
        return call.WaitAsync(Remaining > atLeast ? Remaining : atLeast, clock, aborted);
    }

    /// <summary>The same for one of many calls, which together take longer than a single answer may: each has the whole time.</summary>
    public Task<T> BoundEachAsync<T>(Task<T> call, CancellationToken aborted) => call.IsCompleted ? call : call.WaitAsync(limit, clock, aborted);
}
