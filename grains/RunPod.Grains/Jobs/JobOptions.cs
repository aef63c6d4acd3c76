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

    /// <summary>How long a job that has ended, is unknown, or waits with a large input stays in a silo's memory after the last call.</summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of them a silo keeps so; the oldest go first.</summary>
    public int MaxIdle { get; set; } = 1000;

    /// <summary>How many bytes of their inputs and outputs; the oldest go first.</summary>
    public long MaxIdleBytes { get; set; } = 64 << 20;
}
