namespace RunPod.Grains.Jobs;

/// <summary>How long a job, its input, output and files are kept after its end. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Retention";

    /// <summary>For jobs of <c>/run</c>.</summary>
    public TimeSpan Async { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>For jobs of <c>/runsync</c>.</summary>
    public TimeSpan Sync { get; set; } = TimeSpan.FromMinutes(30);
}
