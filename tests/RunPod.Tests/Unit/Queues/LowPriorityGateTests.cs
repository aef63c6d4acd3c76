using RunPod.Grains.Queues;

namespace RunPod.Tests.Unit.Queues;

public sealed class LowPriorityGateTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly LowPriorityGate _gate = new(hold: TimeSpan.FromSeconds(2), patience: TimeSpan.FromMinutes(5));

    [Fact]
    public void MayGo_NoNormalJobEver_IsTrue() => Assert.True(_gate.MayGo(Start, othersIdle: 0));

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1.9, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(0, 1, true)]
    public void MayGo_AfterANormalJob_KeepsTheLastIdleWorkerFreeForAWhile(double seconds, int othersIdle, bool expected)
    {
        _gate.NoteNormal(Start);

        Assert.Equal(expected, _gate.MayGo(Start.AddSeconds(seconds), othersIdle));
    }

    [Fact]
    public void IsOverdue_NoneServedForLongerThanThePatience_IsTrueOnce()
    {
        Assert.False(_gate.IsOverdue(Start.AddDays(1)));

        _gate.NoteServed(Start);
        Assert.False(_gate.IsOverdue(Start.AddMinutes(4.9)));
        Assert.True(_gate.IsOverdue(Start.AddMinutes(5)));

        _gate.NoteServed(Start.AddMinutes(5));
        Assert.False(_gate.IsOverdue(Start.AddMinutes(5.1)));
    }

    [Fact]
    public void Of_AnyNumbers_PutsLowPriorityBehindAndFitsADouble()
    {
        var lastNormal = QueuePlace.Of((1L << 52) - 1, lowPriority: false);
        var firstLow = QueuePlace.Of(1, lowPriority: true);
        var lastLow = QueuePlace.Of((1L << 52) - 1, lowPriority: true);

        Assert.True(lastNormal < firstLow && firstLow < lastLow);
        Assert.All((long[])[lastNormal, firstLow, lastLow], place => Assert.Equal(place, (long)(double)place));
        Assert.Equal((false, true), (QueuePlace.IsLowPriority(lastNormal), QueuePlace.IsLowPriority(firstLow)));
    }
}
