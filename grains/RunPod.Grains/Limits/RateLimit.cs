namespace RunPod.Grains.Limits;

/// <summary>The limit of one operation.</summary>
public sealed class RateLimit
{
    /// <summary>Requests per window.</summary>
    public int Requests { get; set; } = 2000;

    /// <summary>The sliding window.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests at the same time.</summary>
    public int Concurrency { get; set; } = 400;
}
