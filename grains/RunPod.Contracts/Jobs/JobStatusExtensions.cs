namespace RunPod.Contracts.Jobs;

/// <summary>What a state means.</summary>
public static class JobStatusExtensions
{
    /// <summary>Whether no later event changes the state.</summary>
    public static bool IsTerminal(this JobStatus status) => status is not (JobStatus.InQueue or JobStatus.InProgress);
}
