using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;

namespace RunPod.Tests.Unit.Webhooks;

public sealed class DeliveryRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly WebhookOptions Options = new();

    [Fact]
    public void Plan_DueEntries_BeginsThemInOrderAsFarAsThereIsRoom()
    {
        OutboxItem[] page = [Item("a", -3), Item("b", -2), Item("c", 0)];

        Assert.Equal(["a", "b"], DeliveryRules.Plan(page, _ => false, free: 2, Now).Begin.Select(item => item.Entry.Hook));
        Assert.Null(DeliveryRules.Plan(page, _ => false, free: 2, Now).LookAgainAt);
    }

    [Fact]
    public void Plan_EntriesThatRunAndEntriesThatAreNotDue_BeginsTheOthersAndLooksAgainAtTheFirst()
    {
        var (begin, lookAgainAt) = DeliveryRules.Plan([Item("a", -3), Item("b", -2), Item("c", 4), Item("d", 9)], entry => entry.Hook == "a", free: 5, Now);

        Assert.Equal(["b"], begin.Select(item => item.Entry.Hook));
        Assert.Equal(Now.AddSeconds(4), lookAgainAt);
    }

    [Fact]
    public void Plan_NothingLeft_DoesNotLookAgain()
    {
        var (begin, lookAgainAt) = DeliveryRules.Plan([Item("a", -3)], _ => true, free: 5, Now);

        Assert.Empty(begin);
        Assert.Null(lookAgainAt);
    }

    [Theory]
    [InlineData(WebhookOutcome.Delivered, 0, null)]
    [InlineData(WebhookOutcome.Refused, 0, null)]
    [InlineData(WebhookOutcome.Rejected, 0, 1)]
    [InlineData(WebhookOutcome.TimedOut, 1, 2)]
    [InlineData(WebhookOutcome.Unreachable, 1, 2)]
    [InlineData(WebhookOutcome.Unreachable, 2, null)]
    public void After_Outcome_IsTheNextTryOrTheEnd(WebhookOutcome outcome, int triesBefore, int? triesAfter)
    {
        var next = DeliveryRules.After(Item("a", -3) with { Tries = triesBefore }, outcome, Options, Now);

        Assert.Equal(triesAfter is { } tries ? Item("a", 10) with { Tries = tries } : (OutboxItem?)null, next);
    }

    [Theory]
    [InlineData(-10, -60, false)]
    [InlineData(-16, -60, true)]
    [InlineData(-600, -1, false)]
    [InlineData(-600, -16, true)]
    public void IsOverdue_WaitedLongWhileTheGrainCouldDeliver_Only(int dueMinutes, int ableMinutes, bool expected) =>
        Assert.Equal(expected, DeliveryRules.IsOverdue(Item("a", dueMinutes * 60), Now.AddMinutes(ableMinutes), new SlotWaits(), Options, Now));

    [Fact]
    public void Pace_AnswersAndFailures_GrowsToTheLimitAndShrinksToOne()
    {
        var pace = new ReceiverPace(6);
        var seen = new List<int> { pace.Allowed };

        foreach (var delivered in new[] { true, true, true, false, false, false })
        {
            pace.Note(delivered ? WebhookOutcome.Delivered : WebhookOutcome.Rejected);
            seen.Add(pace.Allowed);
        }

        Assert.Equal([1, 2, 4, 6, 3, 1, 1], seen);
    }

    private static OutboxItem Item(string hook, int dueInSeconds) =>
        new(OutboxEntry.Of("ada", "https://example.com/", hook, GrainId.Create("job", "sd/1")), Now.AddSeconds(dueInSeconds), 0);
}
