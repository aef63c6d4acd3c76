using System.Globalization;
using RunPod.Contracts.Jobs;
using RunPod.Inference;

namespace RunPod.Grains.Jobs;

/// <summary>The job's state machine. No clock, no I/O; an event that changes nothing returns the same instance.</summary>
internal static class JobTransitions
{
    public static JobState Create(JobSubmission submission, TimeSpan retention, DateTimeOffset now) => new()
    {
        UserId = submission.UserId,
        Status = JobStatus.InQueue,
        Input = submission.Input,
        RequestBaseUrl = submission.RequestBaseUrl,
        CreatedAt = now,
        LivesUntil = now + submission.TimeToLive,
        ExecutionTimeout = submission.ExecutionTimeout,
        Retention = retention,
        LowPriority = submission.LowPriority,
        Webhook = submission.Webhook,
        WebhookV2 = submission.WebhookV2,
        S3Config = submission.S3Config,
        BatchId = submission.BatchId,
    };

    public static JobState Apply(JobState state, JobEvent @event) => (state, @event) switch
    {
        ({ Status: JobStatus.Failed or JobStatus.TimedOut }, JobEvent.RetryRequested e) when e.At < state.NextDeadline => Requeue(state, e.At),
        ({ IsTerminal: true }, _) => state,
        (_, JobEvent.Started e) => Start(state, e),
        // A report from an attempt we have already given up on must not overwrite a newer one.
        ({ Status: JobStatus.InProgress }, JobEvent.Succeeded e) when e.Attempt == state.Attempt
            => End(state, JobStatus.Completed, e.At) with { Output = e.Output },
        ({ Status: JobStatus.InProgress }, JobEvent.Failed e) when e.Attempt == state.Attempt
            => End(state, JobStatus.Failed, e.At) with { Error = ErrorText.Bound(e.Error) },
        ({ Status: JobStatus.InProgress }, JobEvent.ExecutionTimedOut e) when e.Attempt == state.Attempt
            => ExecutionTimedOut(state, e.At),
        // Nothing was lost, so the attempt does not count among those that a job may lose.
        ({ Status: JobStatus.InProgress }, JobEvent.HandedBack e) when e.Attempt == state.Attempt
            => state with { Status = JobStatus.InQueue, AttemptsBefore = state.AttemptsBefore + 1, StartedAt = null, Worker = null },
        ({ Status: JobStatus.InProgress }, JobEvent.CancelRequested { OnlyIfQueued: true }) => state,
        (_, JobEvent.CancelRequested e) => End(state, JobStatus.Cancelled, e.At),
        (_, JobEvent.DeadlineReached e) when e.At >= state.LivesUntil => LifeEnded(state, e.At),
        (_, JobEvent.DeadlineReached e) when e.At >= state.RunsUntil => ExecutionTimedOut(state, e.At),
        _ => state,
    };

    private static JobState Start(JobState state, JobEvent.Started e)
    {
        // The lease order fences two queue activations that both believe to be the only one.
        if (e.LeaseId <= state.LeaseId)
        {
            return state;
        }

        // A new lease for a running job means that its worker was lost. What passed while nobody looked counts first.
        var current = Apply(state, new JobEvent.DeadlineReached(e.At));
        if (current.IsTerminal)
        {
            return current;
        }

        var attempts = state.Attempt - state.AttemptsBefore;
        if (attempts >= e.MaxAttempts)
        {
            return End(state, JobStatus.Failed, e.At) with
            {
                Error = $"The workers of all {attempts} attempts were lost before they reported a result. Retry the job, or look into the workers' logs.",
            };
        }

        return state with
        {
            Status = JobStatus.InProgress,
            Attempt = state.Attempt + 1,
            LeaseId = e.LeaseId,
            Worker = e.Worker,
            FirstStartedAt = state.FirstStartedAt ?? e.At,
            StartedAt = e.At,
        };
    }

    // The attempts go on counting and the lease stays, so that whatever the earlier round left running is fenced off.
    private static JobState Requeue(JobState state, DateTimeOffset at) => state with
    {
        Status = JobStatus.InQueue,
        Round = state.Round + 1,
        AttemptsBefore = state.Attempt,
        RequeuedAt = at,
        LivesUntil = at + (state.LivesUntil - state.EnqueuedAt),
        FirstStartedAt = null,
        StartedAt = null,
        EndedAt = null,
        Worker = null,
        Error = null,
    };

    private static JobState ExecutionTimedOut(JobState state, DateTimeOffset at) => End(state, JobStatus.TimedOut, at) with
    {
        Error = $"The job ran longer than its executionTimeout of {Milliseconds(state.ExecutionTimeout)} ms. Set policy.executionTimeout to give it more time.",
    };

    private static JobState LifeEnded(JobState state, DateTimeOffset at) => End(state, JobStatus.TimedOut, at) with
    {
        Error = $"The job did not end within its ttl of {Milliseconds(state.LivesUntil - state.EnqueuedAt)} ms. Set policy.ttl to give it more time.",
    };

    private static JobState End(JobState state, JobStatus status, DateTimeOffset at) => state with { Status = status, EndedAt = at };

    private static string Milliseconds(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
