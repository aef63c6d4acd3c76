using System.Diagnostics.CodeAnalysis;

namespace RunPod.Grains.Queues;

/// <summary>The open jobs of an endpoint in memory: who waits, in which order, and who runs under which lease. Every operation is O(log n) or better on average.</summary>
internal sealed class QueueBook
{
    // An order holds at most this many more entries than twice those that wait: ones that left it while others were before them.
    private const int MaxLeft = 64;

    private readonly Dictionary<string, QueueEntry> _open = [];
    private readonly Dictionary<string, QueueEntry> _leased = [];
    private readonly PriorityQueue<QueueEntry, long> _normal = new();
    private readonly PriorityQueue<QueueEntry, long> _low = new();
    private int _waitingLow;

    /// <summary>All jobs, waiting or leased.</summary>
    public int Open => _open.Count;

    public int Waiting => _open.Count - _leased.Count;

    public int Leased => _leased.Count;

    /// <summary>How many jobs of a priority wait.</summary>
    public int WaitingOf(bool lowPriority) => lowPriority ? _waitingLow : Waiting - _waitingLow;

    public bool Contains(string jobId) => _open.ContainsKey(jobId);

    /// <summary>Puts a job at a place; one that is there already stays where it is.</summary>
    public void Add(string jobId, long place, DateTimeOffset arrivedAt)
    {
        var entry = new QueueEntry(jobId, place, arrivedAt);
        if (_open.TryAdd(jobId, entry))
        {
            Wait(entry);
        }
    }

    /// <summary>The waiting job of a priority that is next, which stays where it is.</summary>
    public bool TryPeek(bool lowPriority, [NotNullWhen(true)] out QueueEntry? entry)
    {
        var order = OrderOf(lowPriority);
        while (order.TryPeek(out entry, out _))
        {
            if (Waits(entry))
            {
                return true;
            }

            order.Dequeue();
        }

        return false;
    }

    /// <summary>When the waiting job that came first arrived.</summary>
    public DateTimeOffset? OldestArrival()
    {
        DateTimeOffset? normal = TryPeek(lowPriority: false, out var first) ? first.ArrivedAt : null;
        return TryPeek(lowPriority: true, out var low) && (normal is null || low.ArrivedAt < normal) ? low.ArrivedAt : normal;
    }

    /// <summary>The job of an id if it waits.</summary>
    public bool TryGetWaiting(string jobId, [NotNullWhen(true)] out QueueEntry? entry) => _open.TryGetValue(jobId, out entry) && entry.Lease is null;

    /// <summary>Leases a waiting job.</summary>
    public void Lease(QueueEntry entry, QueueLease lease)
    {
        entry.Lease = lease;
        _leased.Add(entry.JobId, entry);
        _waitingLow -= entry.IsLowPriority ? 1 : 0;
        ForgetThoseThatLeft(entry.IsLowPriority);
    }

    /// <summary>Ends a lease and puts its job back to its place. False if the lease is not the current one.</summary>
    public bool Return(string jobId, long leaseId)
    {
        if (!TryGetLease(jobId, leaseId, out var entry))
        {
            return false;
        }

        _leased.Remove(jobId);
        entry.Lease = null;
        Wait(entry);
        return true;
    }

    /// <summary>Prolongs a lease that a message of its worker names. False if it is not the current one.</summary>
    public bool Renew(string jobId, long leaseId, DateTimeOffset endsAt, long order = long.MaxValue)
    {
        if (!TryGetLease(jobId, leaseId, out var entry))
        {
            return false;
        }

        entry.Lease = entry.Lease! with { EndsAt = endsAt, Order = Math.Min(entry.Lease.Order, order) };
        return true;
    }

    /// <summary>Takes a job out. False if it was not there.</summary>
    public bool Remove(string jobId, [NotNullWhen(true)] out QueueEntry? entry)
    {
        if (!_open.Remove(jobId, out entry))
        {
            return false;
        }

        entry.IsRemoved = true;
        _waitingLow -= !_leased.Remove(jobId) && entry.IsLowPriority ? 1 : 0;
        ForgetThoseThatLeft(entry.IsLowPriority);
        return true;
    }

    /// <summary>The leased jobs whose lease fulfils a condition.</summary>
    public (string JobId, QueueLease Lease)[] LeasedWhere(Func<QueueLease, bool> condition) =>
        [.. _leased.Values.Where(entry => condition(entry.Lease!)).Select(entry => (entry.JobId, entry.Lease!))];

    private static bool Waits(QueueEntry entry) => entry is { IsRemoved: false, Lease: null };

    private PriorityQueue<QueueEntry, long> OrderOf(bool lowPriority) => lowPriority ? _low : _normal;

    private void Wait(QueueEntry entry)
    {
        OrderOf(entry.IsLowPriority).Enqueue(entry, entry.Place);
        _waitingLow += entry.IsLowPriority ? 1 : 0;
        ForgetThoseThatLeft(entry.IsLowPriority);
    }

    /// <summary>Costs what the order holds, and comes after at least half as many operations.</summary>
    private void ForgetThoseThatLeft(bool lowPriority)
    {
        var order = OrderOf(lowPriority);
        if (order.Count <= (2 * WaitingOf(lowPriority)) + MaxLeft)
        {
            return;
        }

        // A job that came back before its old entry came up is in there twice.
        var waiting = order.UnorderedItems.Where(item => Waits(item.Element)).DistinctBy(item => item.Element).ToArray();
        order.Clear();
        order.EnqueueRange(waiting);
        order.TrimExcess();
    }

    private bool TryGetLease(string jobId, long leaseId, [NotNullWhen(true)] out QueueEntry? entry) =>
        _leased.TryGetValue(jobId, out entry) && entry.Lease!.LeaseId == leaseId;
}
