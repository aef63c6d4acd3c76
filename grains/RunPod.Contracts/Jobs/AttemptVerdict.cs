namespace RunPod.Contracts.Jobs;

/// <summary>Whether an attempt begins.</summary>
public enum AttemptVerdict
{
    /// <summary>It does.</summary>
    Begin = 0,

    /// <summary>The job ended, or there is none: the queue may forget it.</summary>
    NothingToRun = 1,

    /// <summary>The job runs under a later lease: the lease, not the job, is to be forgotten.</summary>
    StaleLease = 2,
}
