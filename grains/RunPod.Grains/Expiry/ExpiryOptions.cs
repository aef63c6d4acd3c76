namespace RunPod.Grains.Expiry;

/// <summary>How deadlines are indexed. Section <c>Expiry</c>.</summary>
public sealed class ExpiryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Expiry";

    /// <summary>By how much two silos' clocks may differ.</summary>
    internal static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <summary>A deadline further away than this is in another bucket than one that is due.</summary>
    internal static readonly TimeSpan AnotherBucket = TimeSpan.FromMinutes(1) + ClockTolerance;

    /// <summary>Buckets per minute and kind of deadline. More of them spread the work of a minute over the cluster; each has one reminder.</summary>
    public int Shards { get; set; } = 1;

    /// <summary>How often a bucket whose minute has come looks for passed deadlines. A deadline is acted on at most this late.</summary>
    public TimeSpan Resolution { get; set; } = TimeSpan.FromMilliseconds(250);
}
