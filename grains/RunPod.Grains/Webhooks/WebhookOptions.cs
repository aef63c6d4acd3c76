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
    /// How long a message may wait for its turn behind others to the same receiver; waiting for a slot of the silo does not count. One that waits longer is given up, so that a receiver
    /// that takes less than there is does not keep inputs and outputs in the store for ever. While the service is down nobody waits.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The longest pause of a receiver that has not answered <see cref="MaxTries"/> times in a row. It begins with <see cref="RetryAfter"/> and doubles;
    /// the first answer ends it.
    /// </summary>
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many messages a silo sends at the same time. A user with fewer under way goes first.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>How many of them of one user; half of that to receivers that did not take the last message, or were never sent one.</summary>
    public int ConcurrencyPerUser { get; set; } = 16;

    /// <summary>Bytes of the messages that a silo has in memory while it sends them. Those of up to 64 KiB do not count, and one that is larger goes alone.</summary>
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How many of these bytes of one user.</summary>
    public long MaxBytesPerUser { get; set; } = 64L * 1024 * 1024;

    /// <summary>How many of them to one receiver, if it answers; to one that does not, a single one.</summary>
    public int ConcurrencyPerReceiver { get; set; } = 8;

    /// <summary>How long a secret still signs after it was replaced.</summary>
    public TimeSpan SecretOverlap { get; set; } = TimeSpan.FromHours(24);
}
