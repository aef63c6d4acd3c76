using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;

namespace RunPod.Tests.Unit.Webhooks;

/// <summary>What counts as the receiver's time, and how long it is left alone.</summary>
public sealed class DeliveryTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SlotWaits _waits = new();

    [Fact]
    public void Since_WaitsThatOverlap_CountOnceAndFromThenOn()
    {
        _waits.Add(Now, Now.AddSeconds(10));
        _waits.Add(Now.AddSeconds(5), Now.AddSeconds(12));
        _waits.Add(Now.AddSeconds(20), Now.AddSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(22), _waits.Since(Now));
        Assert.Equal(TimeSpan.FromSeconds(14), _waits.Since(Now.AddSeconds(8)));
        Assert.Equal(TimeSpan.Zero, _waits.Since(Now.AddSeconds(30)));
    }

    [Fact]
    public void IsOverdue_TimeThatTheSiloCost_DoesNotCount()
    {
        var item = new OutboxItem(OutboxEntry.Of("ada", "https://example.com/", "webhook.0", GrainId.Create("job", "sd/1")), Now, 0);
        _waits.Add(Now.AddMinutes(1), Now.AddMinutes(6));

        Assert.False(DeliveryRules.IsOverdue(item, Now, _waits, new WebhookOptions(), Now.AddMinutes(20)));
        Assert.True(DeliveryRules.IsOverdue(item, Now, _waits, new WebhookOptions(), Now.AddMinutes(20.1)));
    }

    [Fact]
    public void BackOff_ReceiverThatDoesNotAnswer_BeginsAfterTheTriesOfAMessageAndIsBounded()
    {
        var options = new WebhookOptions();

        Assert.Equal([0, 0, 0, 10, 20, 40, 60, 60], Enumerable.Range(0, 8).Select(unanswered => DeliveryRules.BackOff(unanswered, options).TotalSeconds));
        Assert.Equal(options.MaxBackOff, DeliveryRules.BackOff(int.MaxValue, options));
    }

    [Fact]
    public void Pace_ReceiverThatStopsAnswering_IsOneAtOnceAndProvenAgainByAnAnswer()
    {
        var pace = new ReceiverPace(8);
        Assert.False(pace.IsProven);
        pace.Note(WebhookOutcome.Delivered);
        pace.Note(WebhookOutcome.Delivered);
        Assert.Equal((4, true, 0), (pace.Allowed, pace.IsProven, pace.Unanswered));

        pace.Note(WebhookOutcome.TimedOut);
        pace.Note(WebhookOutcome.Unreachable);
        Assert.Equal((1, false, 2), (pace.Allowed, pace.IsProven, pace.Unanswered));

        pace.Note(WebhookOutcome.Delivered);
        Assert.Equal((2, true, 0), (pace.Allowed, pace.IsProven, pace.Unanswered));
    }
}
