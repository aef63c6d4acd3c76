using System.Net;
using System.Runtime.CompilerServices;
using RunPod.Grains.Queues;

namespace RunPod.Tests.Unit.Queues;

/// <summary>What a queue keeps of jobs that left it.</summary>
public sealed class QueueBookMemoryTests
{
    private const int Jobs = 2_000;

    private readonly QueueBook _book = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Remove_BehindAHeadThatStays_IsForgotten(bool lowPriority)
    {
        _book.Add("head", QueuePlace.Of(1, lowPriority), default);

        var left = AddAndRemove(lowPriority);
        GC.Collect();

        Assert.InRange(left.Count(entry => entry.TryGetTarget(out _)), 0, 100);
        Assert.True(_book.TryPeek(lowPriority, out var head));
        Assert.Equal("head", head.JobId);
    }

    [Fact]
    public void Remove_ManyOfThoseThatWait_KeepsTheOrderOfTheOthers()
    {
        for (var i = Jobs; i > 0; i--)
        {
            _book.Add($"{i}", i, default);
        }

        for (var i = 1; i <= Jobs; i++)
        {
            Assert.True(i % 10 == 5 || _book.Remove($"{i}", out _));
        }

        var order = new List<string>();
        while (_book.TryPeek(lowPriority: false, out var entry))
        {
            order.Add(entry.JobId);
            _book.Lease(entry, new QueueLease(order.Count, "worker", SiloAddress.New(IPAddress.Loopback, 1, 1), default));
        }

        Assert.Equal(Enumerable.Range(0, Jobs / 10).Select(i => $"{(i * 10) + 5}"), order);
    }

    // Apart, so that no local keeps an entry.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference<QueueEntry>> AddAndRemove(bool lowPriority)
    {
        var left = new List<WeakReference<QueueEntry>>();
        for (var i = 2; i < Jobs; i++)
        {
            _book.Add($"{i}", QueuePlace.Of(i, lowPriority), default);
            Assert.True(_book.Remove($"{i}", out var entry));
            left.Add(new WeakReference<QueueEntry>(entry));
        }

        return left;
    }
}
