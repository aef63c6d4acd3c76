namespace RunPod.Contracts.Jobs;

/// <summary>The answer to a submission.</summary>
public enum SubmitOutcome
{
    /// <summary>The job and its place in the queue are in the store.</summary>
    Accepted = 0,

    /// <summary>The endpoint's queue is full; nothing was stored.</summary>
    QueueFull = 1,
}
