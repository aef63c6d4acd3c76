using RunPod.Contracts.Webhooks;

namespace RunPod.Grains.Webhooks;

/// <summary>How many messages may be under way to a receiver: more as it takes them, fewer as it does not, and one if it does not answer.</summary>
internal sealed class ReceiverPace(int max)
{
    public int Allowed { get; private set; } = 1;

    /// <summary>How many tries in a row it did not answer.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Whether it took the last message.</summary>
    public bool IsProven { get; private set; }

    public void Note(WebhookOutcome outcome)
    {
        IsProven = outcome == WebhookOutcome.Delivered;
        var isUnanswered = outcome is WebhookOutcome.TimedOut or WebhookOutcome.Unreachable;
        Unanswered = isUnanswered ? Unanswered + 1 : 0;
        Allowed = IsProven ? Math.Min(max, Allowed * 2) : isUnanswered ? 1 : Math.Max(1, Allowed / 2);
    }
}
