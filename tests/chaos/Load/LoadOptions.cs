namespace RunPod.Chaos.Load;

/// <summary>How much the clients do.</summary>
internal sealed record LoadOptions
{
    public int Users { get; init; } = 3;

    public int ClientsPerUser { get; init; } = 4;

    /// <summary>From the end of a client's call to its next.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Jobs that a client keeps open at a time.</summary>
    public int OpenJobs { get; init; } = 6;

    /// <summary>The longest a job sleeps; most sleep much less.</summary>
    public TimeSpan LongestJob { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether clients only submit and read; else they also cancel, retry, set policies, and want failures.</summary>
    public bool IsPlain { get; init; }
}
