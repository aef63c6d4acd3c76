using Microsoft.Extensions.Options;

namespace RunPod.Grains.Webhooks;

/// <summary>
/// The messages that this silo may have in memory for sending, shared among users: who has fewest goes first, and nobody has more than a share,
/// of which receivers that have not shown that they answer may hold half. So one user's dead receivers hold up neither other users nor
/// that user's good ones. Large messages count by their bytes too; small ones are bounded by their number.
/// </summary>
internal sealed class DeliverySlots(IOptions<WebhookOptions> options)
{
    // Messages up to this size never wait for bytes: all slots together hold a few MB of them.
    private const long SmallBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SlotLane> _users = new(StringComparer.Ordinal);
    private int _used;
    private long _bytes;
    private long _number;

    /// <summary>The bytes that a message counts.</summary>
    public static long Weight(long bytes) => bytes <= SmallBytes ? 0 : bytes;

    /// <summary>Waits for a slot; disposing the result gives it back.</summary>
    public async Task<DeliverySlot> EnterAsync(SlotRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        request = request with { Bytes = Weight(request.Bytes) };
        SlotWaiter waiter;
        lock (_lock)
        {
            waiter = new SlotWaiter(request, _number++);
            LaneOf(request.UserId).Enqueue(waiter);
            Grant();
        }

        try
        {
            return await waiter.Granted.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            GiveUp(waiter);
            throw;
        }
    }

    /// <summary>Lets a slot hold more bytes than it entered with, if there is room.</summary>
    public bool TryGrow(SlotRequest request, long bytes)
    {
        lock (_lock)
        {
            var lane = LaneOf(request.UserId);
            if (!HasBytes(lane.Bytes - request.Bytes, _bytes - request.Bytes, bytes))
            {
                return false;
            }

            lane.Bytes += bytes - request.Bytes;
            _bytes += bytes - request.Bytes;
            return true;
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Leave(SlotRequest request)
    {
        lock (_lock)
        {
            var lane = LaneOf(request.UserId);
            lane.Leave(request);
            _used--;
            _bytes -= request.Bytes;
            DropIfIdle(request.UserId, lane);
            Grant();
        }
    }

    private void GiveUp(SlotWaiter waiter)
    {
        lock (_lock)
        {
            if (!waiter.Granted.IsCompleted)
            {
                var lane = LaneOf(waiter.Request.UserId);
                lane.Dequeue(waiter);
                DropIfIdle(waiter.Request.UserId, lane);
                return;
            }
        }

        waiter.Granted.Result.Dispose();
    }

    private void Grant()
    {
        while (_used < options.Value.Concurrency && Next() is { } waiter)
        {
            var lane = LaneOf(waiter.Request.UserId);
            lane.Dequeue(waiter);
            lane.Take(waiter.Request);
            _used++;
            _bytes += waiter.Request.Bytes;
            waiter.Grant(new DeliverySlot(this, waiter.Request));
        }
    }

    private SlotWaiter? Next()
    {
        (SlotLane Lane, SlotWaiter Waiter)? next = null;
        foreach (var lane in _users.Values)
        {
            if (lane.TryPeek(HasRoom, out var waiter)
                && (next is not { } best || lane.Used < best.Lane.Used || (lane.Used == best.Lane.Used && waiter.Number < best.Waiter.Number)))
            {
                next = (lane, waiter);
            }
        }

        return next?.Waiter;
    }

    private bool HasRoom(SlotLane lane, SlotRequest request)
    {
        var share = options.Value.ConcurrencyPerUser;
        return lane.Used < share && (request.IsProven || lane.UsedUnproven < (share + 1) / 2) && HasBytes(lane.Bytes, _bytes, request.Bytes);
    }

    /// <summary>Whether so many more fit. A message that is larger than a share goes when nothing else is held of that share.</summary>
    private bool HasBytes(long ofUser, long ofAll, long bytes) =>
        bytes == 0 || ((ofUser == 0 || ofUser + bytes <= options.Value.MaxBytesPerUser) && (ofAll == 0 || ofAll + bytes <= options.Value.MaxBytes));

    private SlotLane LaneOf(string userId)
    {
        if (!_users.TryGetValue(userId, out var lane))
        {
            _users.Add(userId, lane = new SlotLane());
        }

        return lane;
    }

    private void DropIfIdle(string userId, SlotLane lane)
    {
        if (lane.IsIdle)
        {
            _users.Remove(userId);
        }
    }
}
