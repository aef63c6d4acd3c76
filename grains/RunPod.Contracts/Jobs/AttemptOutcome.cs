namespace RunPod.Contracts.Jobs;

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    /// <summary>With an output.</summary>
    Succeeded = 0,

    /// <summary>With an error of the handler or model.</summary>
    Failed = 1,

    /// <summary>By its execution timeout.</summary>
    TimedOut = 2,
}
