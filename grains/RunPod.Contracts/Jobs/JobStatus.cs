namespace RunPod.Contracts.Jobs;

/// <summary>The states of a job. The last four are terminal: no later event changes them.</summary>
public enum JobStatus
{
    /// <summary>Waiting for a worker.</summary>
    InQueue = 0,

    /// <summary>An attempt is running.</summary>
    InProgress = 1,

    /// <summary>The handler or model returned an output.</summary>
    Completed = 2,

    /// <summary>The handler or model reported an error, or the workers of three attempts were lost.</summary>
    Failed = 3,

    /// <summary>The client cancelled the job.</summary>
    Cancelled = 4,

    /// <summary>The job's time to live or its execution timeout passed.</summary>
    TimedOut = 5,
}
