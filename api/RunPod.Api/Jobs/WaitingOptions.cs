namespace RunPod.Api.Jobs;

/// <summary>How <c>/runsync</c> and <c>/status-sync</c> wait.</summary>
internal sealed class WaitingOptions
{
    public const string Section = "Waiting";

    /// <summary>How long one grain call waits; a grain call ends by itself after 30 seconds.</summary>
    public TimeSpan Slice { get; set; } = TimeSpan.FromSeconds(10);
}
