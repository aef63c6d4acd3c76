namespace RunPod.Contracts.Jobs;

/// <summary>The answer to a client's retry.</summary>
public enum RetryOutcome
{
    /// <summary>The job waits again.</summary>
    Requeued = 0,

    /// <summary>The job is in a state that cannot be retried, and stays as it is.</summary>
    NotRetriable = 1,

    /// <summary>The endpoint's queue is full; the job stays as it is.</summary>
    QueueFull = 2,

    /// <summary>There is no such job, or it belongs to somebody else.</summary>
    UnknownJob = 3,
}
