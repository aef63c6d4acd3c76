using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>What can happen to a job. Times are the job grain's own clock.</summary>
internal abstract record JobEvent(DateTimeOffset At)
{
    /// <summary>A worker begins an attempt under a lease of the queue.</summary>
    public sealed record Started(DateTimeOffset At, long LeaseId, WorkerIdentity Worker, int MaxAttempts) : JobEvent(At);

    /// <summary>An attempt returned an output.</summary>
    public sealed record Succeeded(DateTimeOffset At, int Attempt, byte[] Output) : JobEvent(At);

    /// <summary>An attempt reported an error of the handler or model.</summary>
    public sealed record Failed(DateTimeOffset At, int Attempt, string Error) : JobEvent(At);

    /// <summary>An attempt ran into its execution timeout.</summary>
    public sealed record ExecutionTimedOut(DateTimeOffset At, int Attempt) : JobEvent(At);

    /// <summary>The worker of an attempt stops, and gives the job back.</summary>
    public sealed record HandedBack(DateTimeOffset At, int Attempt) : JobEvent(At);

    /// <summary>The client cancelled.</summary>
    public sealed record CancelRequested(DateTimeOffset At, bool OnlyIfQueued) : JobEvent(At);

    /// <summary>The client wants a job that failed to run again.</summary>
    public sealed record RetryRequested(DateTimeOffset At) : JobEvent(At);

    /// <summary>A deadline may have passed.</summary>
    public sealed record DeadlineReached(DateTimeOffset At) : JobEvent(At);
}
