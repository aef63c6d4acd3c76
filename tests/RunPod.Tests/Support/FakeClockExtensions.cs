using Microsoft.Extensions.Time.Testing;

namespace RunPod.Tests.Support;

/// <summary>Moves a clock on while silos in this process live by it: a step, then real time for the grains to do what their timers started.</summary>
internal static class FakeClockExtensions
{
    /// <summary>Shorter than the period of every timer that has something to do near a deadline.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>Shorter than a worker's lease, which a heartbeat renews in each step.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(10);

    /// <summary>Lets a time pass in which nothing is due that must not be late.</summary>
    public static async Task PassAsync(this FakeTimeProvider clock, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += LongStep)
        {
            clock.Advance(LongStep);
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Lets time pass until the condition holds; fails when the time is over, and the grains do no more.</summary>
    public static async Task PassUntilAsync(this FakeTimeProvider clock, TimeSpan atMost, Func<Task<bool>> condition)
    {
        for (var passed = TimeSpan.Zero; passed < atMost; passed += Step)
        {
            clock.Advance(Step);
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            if (await condition())
            {
                return;
            }
        }

        await Eventually.HoldsAsync(condition, $"it happens within {atMost}");
    }

    /// <summary>Lets time pass until a task has ended.</summary>
    public static async Task PassUntilEndedAsync(this FakeTimeProvider clock, Task task)
    {
        while (!task.IsCompleted)
        {
            clock.Advance(Step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }

        await task;
    }
}
