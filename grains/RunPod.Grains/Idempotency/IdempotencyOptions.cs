namespace RunPod.Grains.Idempotency;

/// <summary>How requests with an <c>Idempotency-Key</c> are remembered. Section <c>Idempotency</c>.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Idempotency";

    /// <summary>For how long the same key gives the same job.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);
}
