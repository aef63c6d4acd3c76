using Microsoft.Extensions.Options;
using RunPod.Grains.Webhooks;

namespace RunPod.Tests.Unit.Webhooks;

public sealed class DeliverySlotsTests
{
    private const long MiB = 1024 * 1024;

    private readonly DeliverySlots _slots = new(Options.Create(new WebhookOptions { Concurrency = 4, ConcurrencyPerUser = 3, MaxBytes = 8 * MiB, MaxBytesPerUser = 4 * MiB }));

    [Fact]
    public void Enter_UserAtTheShare_WaitsWhileOthersDoNot()
    {
        Task<DeliverySlot>[] ada = [Enter("ada"), Enter("ada"), Enter("ada"), Enter("ada")];

        Assert.Equal([true, true, true, false], ada.Select(task => task.IsCompleted));
        Assert.True(Enter("bob").IsCompleted);
    }

    [Fact]
    public async Task Enter_ReceiversNotProven_HoldHalfOfTheShare()
    {
        Task<DeliverySlot>[] unproven = [Enter("ada", isProven: false), Enter("ada", isProven: false), Enter("ada", isProven: false)];
        Assert.Equal([true, true, false], unproven.Select(task => task.IsCompleted));
        Assert.True(Enter("ada").IsCompleted);

        (await unproven[0]).Dispose();

        await unproven[2];
    }

    [Fact]
    public async Task Leave_SeveralUsersWait_GoesToTheOneWithFewest()
    {
        Task<DeliverySlot>[] taken = [Enter("ada"), Enter("ada"), Enter("bob"), Enter("bob")];
        var (bob, cid, ada) = (Enter("bob"), Enter("cid"), Enter("ada"));

        (await taken[0]).Dispose();
        await cid;
        Assert.False(ada.IsCompleted || bob.IsCompleted);

        (await taken[1]).Dispose();
        await ada;
        Assert.False(bob.IsCompleted);
    }

    [Fact]
    public async Task TryHold_MoreBytesThanTheShare_WaitsUnlessItIsAlone()
    {
        var first = await Enter("ada");
        var second = await Enter("ada");
        Assert.True(first.TryHold(6 * MiB));
        Assert.False(second.TryHold(MiB));
        Assert.True(second.TryHold(64 * 1024));
        second.Dispose();
        var again = Enter("ada", bytes: MiB);
        Assert.False(again.IsCompleted);
        Assert.True((await Enter("bob")).TryHold(2 * MiB));
        Assert.False((await Enter("cid")).TryHold(2 * MiB));

        first.Dispose();

        Assert.True((await again).TryHold(4 * MiB));
    }

    [Fact]
    public async Task Dispose_Twice_GivesBackOnce()
    {
        Task<DeliverySlot>[] taken = [Enter("ada"), Enter("ada"), Enter("ada"), Enter("bob")];
        (await taken[0]).Dispose();
        (await taken[0]).Dispose();

        Assert.True(Enter("bob").IsCompleted);
        Assert.False(Enter("bob").IsCompleted);
    }

    [Fact]
    public async Task Enter_Cancelled_LeavesNoTrace()
    {
        Task<DeliverySlot>[] taken = [Enter("ada"), Enter("ada"), Enter("bob"), Enter("bob")];
        using var stop = new CancellationTokenSource();
        var cancelled = _slots.EnterAsync(new SlotRequest("cid", IsProven: true, Bytes: 0), stop.Token);
        var next = Enter("dan");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        (await taken[0]).Dispose();

        await next;
    }

    private Task<DeliverySlot> Enter(string user, bool isProven = true, long bytes = 0) => _slots.EnterAsync(new SlotRequest(user, isProven, bytes), CancellationToken.None);
}
