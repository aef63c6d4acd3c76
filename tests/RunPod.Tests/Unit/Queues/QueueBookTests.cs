using System.Net;
using RunPod.Grains.Queues;

namespace RunPod.Tests.Unit.Queues;

public sealed class QueueBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly QueueBook _book = new();
    private long _lease;

    [Fact]
    public void TryPeek_JobsInAnyOrder_GivesThemByPlace()
    {
        _book.Add("c", 3, default);
        _book.Add("a", 1, default);
        _book.Add("b", 2, default);

        Assert.Equal(["a", "b", "c"], LeaseAll());
    }

    [Fact]
    public void Add_JobThatIsThere_KeepsItsPlace()
    {
        _book.Add("a", 1, default);
        _book.Add("b", 2, default);
        _book.Add("a", 3, default);

        Assert.Equal(2, _book.Waiting);
        Assert.Equal(["a", "b"], LeaseAll());
    }

    [Fact]
    public void Return_LeasedJob_GoesToTheHead()
    {
        _book.Add("a", 1, default);
        _book.Add("b", 2, default);
        _book.Add("c", 3, default);
        var leaseId = LeaseNext();

        Assert.True(_book.Return("a", leaseId));
        Assert.Equal((3, 0), (_book.Waiting, _book.Leased));
        Assert.Equal(["a", "b", "c"], LeaseAll());
    }

    [Fact]
    public void Return_OldLease_ChangesNothing()
    {
        _book.Add("a", 1, default);
        var first = LeaseNext();
        _book.Return("a", first);
        LeaseNext();

        Assert.False(_book.Return("a", first));
        Assert.Equal((0, 1), (_book.Waiting, _book.Leased));
    }

    [Fact]
    public void Return_ManyTimes_IsGivenOnceAtATime()
    {
        _book.Add("a", 1, default);
        for (var i = 0; i < 5; i++)
        {
            _book.Return("a", LeaseNext());
        }

        Assert.Equal(["a"], LeaseAll());
    }

    [Fact]
    public void Remove_WaitingAndLeasedJobs_AreForgotten()
    {
        _book.Add("a", 1, default);
        _book.Add("b", 2, default);
        _book.Add("c", 3, default);
        var leaseId = LeaseNext();

        Assert.True(_book.Remove("a", out _));
        Assert.True(_book.Remove("b", out _));
        Assert.False(_book.Remove("b", out _));

        Assert.False(_book.Renew("a", leaseId, Start));
        Assert.Equal(["c"], LeaseAll());
    }

    [Fact]
    public void LeasedWhere_AfterRenewal_SeesTheNewEnd()
    {
        _book.Add("a", 1, default);
        _book.Add("b", 2, default);
        var first = LeaseNext();
        LeaseNext();
        _book.Renew("a", first, Start.AddMinutes(1));

        var lost = _book.LeasedWhere(lease => lease.EndsAt <= Start);

        Assert.Equal(["b"], lost.Select(entry => entry.JobId));
    }

    [Fact]
    public void WaitingOf_LowPriorityJobsComeAndGo_CountsThem()
    {
        _book.Add("a", 1, default);
        _book.Add("low", QueuePlace.Of(2, lowPriority: true), default);
        _book.Add("low2", QueuePlace.Of(3, lowPriority: true), default);
        Assert.Equal((1, 2), (_book.WaitingOf(lowPriority: false), _book.WaitingOf(lowPriority: true)));

        Assert.True(_book.TryPeek(lowPriority: true, out var entry));
        _book.Lease(entry, new QueueLease(9, "worker", SiloAddress.New(IPAddress.Loopback, 1, 1), Start));
        Assert.Equal((1, 1), (_book.WaitingOf(lowPriority: false), _book.WaitingOf(lowPriority: true)));

        Assert.True(_book.Return("low", 9));
        Assert.Equal(2, _book.WaitingOf(lowPriority: true));
        Assert.True(_book.Remove("low", out _));
        Assert.True(_book.Remove("low2", out _));
        Assert.Equal((1, 0), (_book.WaitingOf(lowPriority: false), _book.WaitingOf(lowPriority: true)));
        Assert.False(_book.TryPeek(lowPriority: true, out _));
    }

    [Fact]
    public void OldestArrival_BothPriorities_IsTheFirstThatStillWaits()
    {
        _book.Add("low", QueuePlace.Of(1, lowPriority: true), Start);
        _book.Add("a", 2, Start.AddSeconds(1));
        _book.Add("b", 3, Start.AddSeconds(2));

        Assert.Equal(Start, _book.OldestArrival());
        Assert.True(_book.Remove("low", out _));
        Assert.Equal(Start.AddSeconds(1), _book.OldestArrival());
        var lease = LeaseNext();
        Assert.Equal(Start.AddSeconds(2), _book.OldestArrival());
        Assert.True(_book.Return("a", lease));
        Assert.Equal(Start.AddSeconds(1), _book.OldestArrival());
    }

    [Fact]
    public void OldestArrival_NobodyWaits_IsNull() => Assert.Null(_book.OldestArrival());

    private List<string> LeaseAll()
    {
        var order = new List<string>();
        while (_book.TryPeek(lowPriority: false, out var entry))
        {
            order.Add(entry.JobId);
            LeaseNext();
        }

        return order;
    }

    private long LeaseNext()
    {
        Assert.True(_book.TryPeek(lowPriority: false, out var entry));
        _book.Lease(entry, new QueueLease(++_lease, "worker", SiloAddress.New(IPAddress.Loopback, 1, 1), Start));
        return _lease;
    }
}
