namespace RunPod.Grains.Webhooks;

/// <summary>The right to have a message in memory and to send it; disposing gives it back.</summary>
internal sealed class DeliverySlot(DeliverySlots slots, SlotRequest request) : IDisposable
{
    private bool _isGivenBack;

    public SlotRequest Request { get; private set; } = request;

    /// <summary>Takes the room that the message needs. False if there is none: let go of the message, and enter again with its size.</summary>
    public bool TryHold(long bytes)
    {
        var weight = DeliverySlots.Weight(bytes);
        if (weight > Request.Bytes)
        {
            if (!slots.TryGrow(Request, weight))
            {
                return false;
            }

            Request = Request with { Bytes = weight };
        }

        return true;
    }

    public void Dispose()
    {
        if (!_isGivenBack)
        {
            _isGivenBack = true;
            slots.Leave(Request);
        }
    }
}
