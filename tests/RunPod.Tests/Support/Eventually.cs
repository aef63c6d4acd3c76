namespace RunPod.Tests.Support;

public static class Eventually
{
    /// <summary>For what waits on models or on the start of a process.</summary>
    public static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // What waits for long is asked less often: a look may be a request, and there are many waits at a time.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns once the condition holds; fails when that takes longer than any machine should need.</summary>
    public static Task HoldsAsync(Func<bool> condition, string description, TimeSpan? limit = null) =>
        HoldsAsync(() => Task.FromResult(condition()), description, limit);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task HoldsAsync(Func<Task<bool>> condition, string description, TimeSpan? limit = null) =>
        NothingIsLeftAsync(async () => await condition() ? [] : [description], "not yet", limit);

    /// <summary>Returns once nothing is found; fails with what is left when that takes longer than any machine should need.</summary>
    public static async Task NothingIsLeftAsync(Func<Task<IEnumerable<string>>> find, string description, TimeSpan? limit = null)
    {
        var atMost = limit ?? Limit;
        using var timeout = new CancellationTokenSource(atMost);
        for (var pause = ShortestPause; await find() is var left && left.Any(); pause = pause < LongestPause ? pause * 1.3 : LongestPause)
        {
            Assert.False(timeout.IsCancellationRequested, $"After {atMost.TotalSeconds} s {description}: {string.Join(", ", left)}");
            await Task.Delay(pause, CancellationToken.None);
        }
    }
}
