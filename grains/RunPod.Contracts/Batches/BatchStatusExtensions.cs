namespace RunPod.Contracts.Batches;

/// <summary>What a state means.</summary>
public static class BatchStatusExtensions
{
    /// <summary>Whether no later event changes the state.</summary>
    public static bool IsTerminal(this BatchStatus status) => status is not (BatchStatus.Draft or BatchStatus.Finalized);
}
