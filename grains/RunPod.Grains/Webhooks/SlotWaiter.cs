namespace RunPod.Grains.Webhooks;

/// <summary>Waits for a slot.</summary>
internal sealed class SlotWaiter(SlotRequest request, long number)
{
    // Whoever leaves a slot does not run what the next one does with it.
    private readonly TaskCompletionSource<DeliverySlot> _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlotRequest Request => request;

    /// <summary>Smaller ones came first.</summary>
    public long Number => number;

    public Task<DeliverySlot> Granted => _granted.Task;

    public void Grant(DeliverySlot slot) => _granted.SetResult(slot);
}
