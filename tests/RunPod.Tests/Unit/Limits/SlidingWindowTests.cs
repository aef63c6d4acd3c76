using RunPod.Grains.Limits;

namespace RunPod.Tests.Unit.Limits;

public sealed class SlidingWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public void Remaining_AfterAFullBurst_IsZeroUntilTheWindowHasPassed()
    {
        var window = new SlidingWindow(1000, Window);
        for (var i = 0; i < 1000; i++)
        {
            window.Count(Start);
        }

        Assert.Equal(0, window.Remaining(Start.AddSeconds(9.999)));
        Assert.Equal(TimeSpan.FromSeconds(1), window.ResetAfter(Start.AddSeconds(9)));
        Assert.Equal(1000, window.Remaining(Start.AddSeconds(10)));
    }

    [Fact]
    public void Count_LimitThatIsMeantToBeNone_TakesMemoryForWhatWasGrantedAlone()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var window = new SlidingWindow(int.MaxValue, Window);
        window.Count(Start);

        Assert.Equal(int.MaxValue - 1, window.Remaining(Start));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void Remaining_AnyInterval_NeverExceedsTheLimit()
    {
        const int Limit = 50;
        var window = new SlidingWindow(Limit, Window);
        var random = new Random(7);
        var granted = new List<DateTimeOffset>();
        var now = Start;
        for (var i = 0; i < 5000; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(0, 200));
            if (window.Remaining(now) > 0)
            {
                window.Count(now);
                granted.Add(now);
            }
        }

        Assert.True(granted.Count > 20 * Limit);
        Assert.All(granted, from => Assert.True(granted.Count(at => at >= from && at < from + Window) <= Limit));
    }

    [Fact]
    public void Restore_SummaryOfAnother_CountsAsManyAndATwentiethOfTheWindowLongerAtMost()
    {
        // A window forgets for good, so that each question at another time needs its own.
        var (window, later) = (Filled(), Filled());
        var now = Start.AddSeconds(5);
        var summary = Filled().Summarize(now).ToArray();
        var restored = new SlidingWindow(100, Window);
        restored.Restore(summary, now);

        Assert.InRange(summary.Length, 9, 11);
        for (var at = now; at < Start.AddSeconds(16); at = at.AddMilliseconds(50))
        {
            Assert.InRange(restored.Remaining(at), later.Remaining(at - (Window / 20)), window.Remaining(at));
        }

        static SlidingWindow Filled()
        {
            var window = new SlidingWindow(100, Window);
            for (var i = 0; i < 90; i++)
            {
                window.Count(Start.AddMilliseconds(50 * i));
            }

            return window;
        }
    }

    [Fact]
    public void Restore_MoreThanTheLimit_FillsTheWindow()
    {
        var window = new SlidingWindow(5, Window);

        window.Restore([(Start.AddSeconds(60), 10)], Start);

        Assert.Equal(0, window.Remaining(Start.AddSeconds(9)));
        Assert.Equal(5, window.Remaining(Start.AddSeconds(10)));
    }

    [Fact]
    public void ResetAfter_NothingGranted_IsZero()
    {
        Assert.Equal(TimeSpan.Zero, new SlidingWindow(5, Window).ResetAfter(Start));
    }
}
