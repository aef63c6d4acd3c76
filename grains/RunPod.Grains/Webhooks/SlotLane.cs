using System.Diagnostics.CodeAnalysis;

namespace RunPod.Grains.Webhooks;

/// <summary>One user's share of a silo's slots: what is in use, and who waits.</summary>
internal sealed class SlotLane
{
    // Apart, since those of receivers that have not shown that they answer may have to wait while the others need not.
    private readonly LinkedList<SlotWaiter> _proven = [];
    private readonly LinkedList<SlotWaiter> _unproven = [];

    public int Used { get; private set; }

    public int UsedUnproven { get; private set; }

    public long Bytes { get; set; }

    public bool IsIdle => Used == 0 && _proven.Count == 0 && _unproven.Count == 0;

    public void Take(SlotRequest request) => Count(request, 1);

    public void Leave(SlotRequest request) => Count(request, -1);

    public void Enqueue(SlotWaiter waiter) => ListOf(waiter.Request).AddLast(waiter);

    public void Dequeue(SlotWaiter waiter) => ListOf(waiter.Request).Remove(waiter);

    /// <summary>The first to come of those whose turn it may be.</summary>
    public bool TryPeek(Func<SlotLane, SlotRequest, bool> hasRoom, [NotNullWhen(true)] out SlotWaiter? waiter)
    {
        var (proven, unproven) = (FirstOf(_proven, hasRoom), FirstOf(_unproven, hasRoom));
        waiter = proven is null || unproven?.Number < proven.Number ? unproven : proven;
        return waiter is not null;
    }

    private SlotWaiter? FirstOf(LinkedList<SlotWaiter> list, Func<SlotLane, SlotRequest, bool> hasRoom) =>
        list.First is { Value: var waiter } && hasRoom(this, waiter.Request) ? waiter : null;

    private LinkedList<SlotWaiter> ListOf(SlotRequest request) => request.IsProven ? _proven : _unproven;

    private void Count(SlotRequest request, int sign)
    {
        Used += sign;
        UsedUnproven += request.IsProven ? 0 : sign;
        Bytes += sign * request.Bytes;
    }
}
