namespace RunPod.Contracts.Jobs;

/// <summary>The answer to a cancellation.</summary>
public enum CancelOutcome
{
    /// <summary>The job was open and is now CANCELLED.</summary>
    Cancelled = 0,

    /// <summary>The job had already ended and stays as it is.</summary>
    AlreadyEnded = 1,

    /// <summary>There is no such job, or it belongs to somebody else.</summary>
    UnknownJob = 2,
}
