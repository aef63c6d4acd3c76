namespace RunPod.Tests.Support;

public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Returns once the condition holds; fails when that takes longer than any machine should need.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string description)
    {
        using var timeout = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.False(timeout.IsCancellationRequested, $"Not within {Limit.TotalSeconds} s: {description}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
