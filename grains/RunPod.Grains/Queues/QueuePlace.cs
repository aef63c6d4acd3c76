namespace RunPod.Grains.Queues;

/// <summary>
/// Where a job stands in its queue: smaller places go first. A place is a number of the queue, which later jobs have larger ones of;
/// low-priority jobs have theirs above all others. All fit into a sorted set's double, which is exact up to 2^53.
/// </summary>
internal static class QueuePlace
{
    private const long LowPriorityBand = 1L << 52;

    public static long Of(long number, bool lowPriority) => lowPriority ? number + LowPriorityBand : number;

    public static bool IsLowPriority(long place) => place >= LowPriorityBand;
}
