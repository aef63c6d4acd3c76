namespace RunPod.Grains.Jobs;

/// <summary>Limits of a job's life. Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Jobs";

    /// <summary>How many workers a job may lose before it is FAILED. A model's own error is never retried.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>The largest output that a job carries itself. A larger one becomes a file, and the output names it.</summary>
    public int MaxOutputBytes { get; set; } = 20 << 20;
}
