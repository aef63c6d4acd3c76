namespace RunPod.Grains.Queues;

/// <summary>An open job in the queue grain's memory.</summary>
internal sealed class QueueEntry(string jobId, long place, DateTimeOffset arrivedAt)
{
    public string JobId { get; } = jobId;

    /// <summary>Its place: smaller ones go first. A job keeps it when it returns, so that it returns to the head.</summary>
    public long Place { get; } = place;

    /// <summary>When it entered this activation's memory.</summary>
    public DateTimeOffset ArrivedAt { get; } = arrivedAt;

    public bool IsLowPriority => QueuePlace.IsLowPriority(Place);

    /// <summary>The lease under which it runs; null while it waits.</summary>
    public QueueLease? Lease { get; set; }

    /// <summary>Whether it has left the queue; the order forgets it when it comes up.</summary>
    public bool IsRemoved { get; set; }
}
