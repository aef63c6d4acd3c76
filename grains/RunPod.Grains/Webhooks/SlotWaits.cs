namespace RunPod.Grains.Webhooks;

/// <summary>When a receiver's messages waited for slots of the silo. That time is not the receiver's, so it makes no message late.</summary>
internal sealed class SlotWaits
{
    // More than fit into the longest wait of a message that a slow receiver causes; of what is forgotten the receiver takes the blame.
    private const int MaxKept = 256;

    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _waits = [];

    public void Add(DateTimeOffset from, DateTimeOffset to)
    {
        // Several may have waited at once.
        if (_waits is [.., var last] && from <= last.To)
        {
            from = last.From < from ? last.From : from;
            to = last.To > to ? last.To : to;
            _waits.RemoveAt(_waits.Count - 1);
        }

        if (to <= from)
        {
            return;
        }

        if (_waits.Count == MaxKept)
        {
            _waits.RemoveAt(0);
        }

        _waits.Add((from, to));
    }

    /// <summary>How much of the time since then was waiting.</summary>
    public TimeSpan Since(DateTimeOffset time) =>
        new(_waits.Sum(wait => Math.Max(0, (wait.To - (wait.From > time ? wait.From : time)).Ticks)));
}
