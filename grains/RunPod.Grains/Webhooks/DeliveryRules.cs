using RunPod.Contracts.Webhooks;

namespace RunPod.Grains.Webhooks;

/// <summary>What a receiver's grain does with what it finds. No clock, no I/O.</summary>
internal static class DeliveryRules
{
    /// <summary>What to begin now, in order, and when to look again if nothing ends before.</summary>
    /// <param name="page">The outbox' first entries, by when they are due.</param>
    /// <param name="isRunning">Whether an entry is being delivered.</param>
    /// <param name="free">How many more may be.</param>
    /// <param name="now">The time.</param>
    public static (IReadOnlyList<OutboxItem> Begin, DateTimeOffset? LookAgainAt) Plan(
        IEnumerable<OutboxItem> page, Func<OutboxEntry, bool> isRunning, int free, DateTimeOffset now)
    {
        var begin = new List<OutboxItem>();
        foreach (var item in page.Where(item => !isRunning(item.Entry)))
        {
            if (item.DueAt > now)
            {
                return (begin, item.DueAt);
            }

            if (begin.Count == free)
            {
                break;
            }

            begin.Add(item);
        }

        return (begin, null);
    }

    /// <summary>Whether a due entry has waited too long for a receiver that takes less than there is.</summary>
    /// <param name="item">The entry.</param>
    /// <param name="ableSince">Since when the grain has been able to deliver.</param>
    /// <param name="waits">When it waited for slots.</param>
    /// <param name="options">The limits.</param>
    /// <param name="now">The time.</param>
    public static bool IsOverdue(OutboxItem item, DateTimeOffset ableSince, SlotWaits waits, WebhookOptions options, DateTimeOffset now)
    {
        var since = item.DueAt > ableSince ? item.DueAt : ableSince;
        return now - since - waits.Since(since) > options.MaxWait;
    }

    /// <summary>How long a receiver is left alone after tries that it did not answer.</summary>
    public static TimeSpan BackOff(int unanswered, WebhookOptions options)
    {
        if (unanswered < options.MaxTries)
        {
            return TimeSpan.Zero;
        }

        var doubled = options.RetryAfter * Math.Pow(2, Math.Min(unanswered - options.MaxTries, 20));
        return doubled < options.MaxBackOff ? doubled : options.MaxBackOff;
    }

    /// <summary>The entry after a try; null if that was the last.</summary>
    public static OutboxItem? After(OutboxItem item, WebhookOutcome outcome, WebhookOptions options, DateTimeOffset now) =>
        // An address that is refused now is refused in ten seconds too.
        outcome is WebhookOutcome.Delivered or WebhookOutcome.Refused || item.Tries + 1 >= options.MaxTries
            ? null
            : item with { DueAt = now + options.RetryAfter, Tries = item.Tries + 1 };
}
