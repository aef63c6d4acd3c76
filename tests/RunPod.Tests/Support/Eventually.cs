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
    public static Task HoldsAsync(Func<Task<bool>> condition, string description, TimeSpan? limit = null) =>
        NothingIsLeftAsync(async () => await condition() ? [] : [description], "not yet", limit);

    /// <summary>Returns once nothing is found; fails with what is left when that takes longer than any machine should need.</summary>
    public static async Task NothingIsLeftAsync(Func<Task<IEnumerable<string>>> find, string description, TimeSpan? limit = null)
    {
        var atMost = limit ?? Limit;
        using var timeout = new CancellationTokenSource(atMost);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await find() is var left && left.Any())
        {
            Assert.False(timeout.IsCancellationRequested, $"After {atMost.TotalSeconds} s {description}: {string.Join(", ", left)}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
