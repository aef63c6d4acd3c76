namespace RunPod.Grains.Webhooks;

/// <summary>An entry with what happens next: when it is due, and how many tries were made. The store keeps both as one number, so they change together.</summary>
internal readonly record struct OutboxItem(OutboxEntry Entry, DateTimeOffset DueAt, int Tries)
{
    /// <summary>More tries than this cannot be told apart.</summary>
    public const int MaxTries = Factor - 1;

    // Milliseconds since the Unix epoch times this are exact in the store's double for centuries.
    private const int Factor = 100;

    /// <summary>Orders by time.</summary>
    public double Score => (DueAt.ToUnixTimeMilliseconds() * Factor) + Math.Min(Tries, MaxTries);

    /// <summary>The item of a score.</summary>
    public static OutboxItem Of(OutboxEntry entry, double score)
    {
        var (milliseconds, tries) = Math.DivRem((long)score, Factor);
        return new OutboxItem(entry, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), (int)tries);
    }
}
