namespace RunPod.Tests.Support;

public static class Eventually
{
    /// <summary>For what waits on models or on the start of a process.</summary>
    public static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns once the condition holds; fails when that takes longer than any machine should need.</summary>
    public static Task HoldsAsync(Func<bool> condition, string description, TimeSpan? limit = null) =>
        HoldsAsync(() => Task.FromResult(condition()), description, limit);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string description, TimeSpan? limit = null)
    {
        var atMost = limit ?? Limit;
        using var timeout = new CancellationTokenSource(atMost);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"Not within {atMost.TotalSeconds} s: {description}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
