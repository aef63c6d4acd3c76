namespace RunPod.Grains.Expiry;

/// <summary>What a deadline brings. The kinds have buckets of their own, so that deletions which a file store holds up keep no time-out back.</summary>
internal enum DeadlineKind
{
    /// <summary>The time-out of an open job, or the call that a batch at work waits for.</summary>
    TimeOut = 0,

    /// <summary>The deletion of a job that has ended.</summary>
    Deletion = 1,
}
