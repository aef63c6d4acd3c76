namespace RunPod.Grains.Webhooks;

/// <summary>How webhooks are delivered. Section <c>Webhooks</c>; the defaults are RunPod's.</summary>
public sealed class WebhookOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Webhooks";

    /// <summary>How often a receiver is tried before a message is given up.</summary>
    public int MaxTries { get; set; } = 3;

    /// <summary>From a try that failed to the next one.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a message may wait for its turn behind others to the same receiver. One that waits longer is given up, so that a receiver
    /// that takes less than there is does not keep inputs and outputs in the store for ever. While the service is down nobody waits.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many messages a silo sends at the same time; each is in memory while it is sent.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>How many of them to one receiver, if it answers; to one that does not, a single one.</summary>
    public int ConcurrencyPerReceiver { get; set; } = 8;

    /// <summary>How long a secret still signs after it was replaced.</summary>
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromHours(24);
}
