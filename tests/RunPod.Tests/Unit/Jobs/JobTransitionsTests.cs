using System.Net;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Jobs;

namespace RunPod.Tests.Unit.Jobs;

public sealed class JobTransitionsTests
{
    private const int MaxAttempts = 3;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly WorkerIdentity Worker = WorkerNamed("a");

    [Fact]
    public void Apply_FirstStart_BeginsAttemptOne()
    {
        var next = JobTransitions.Apply(Queued(), Started(second: 2, leaseId: 7));

        Assert.Equal((JobStatus.InProgress, 1, 7L), (next.Status, next.Attempt, next.LeaseId));
        Assert.Equal(2000, next.ToSnapshot("job").DelayTime);
        Assert.Equal(0, next.ToSnapshot("job").Retries);
    }

    [Fact]
    public void Apply_SameLeaseAgain_LeavesStateUntouched()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        Assert.Same(running, JobTransitions.Apply(running, Started(3, 7)));
    }

    [Fact]
    public void Apply_OlderLease_LeavesStateUntouched()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        Assert.Same(running, JobTransitions.Apply(running, Started(3, 6)));
    }

    [Fact]
    public void Apply_NewLeaseWhileRunning_BeginsNextAttemptAndKeepsDelay()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        var next = JobTransitions.Apply(running, new JobEvent.Started(Start.AddSeconds(40), 8, WorkerNamed("b"), MaxAttempts));

        Assert.Equal((JobStatus.InProgress, 2, "b"), (next.Status, next.Attempt, next.Worker?.WorkerId));
        Assert.Equal((2000L, 1), (next.ToSnapshot("job").DelayTime, next.ToSnapshot("job").Retries));
    }

    [Fact]
    public void Apply_ThirdWorkerLost_Fails()
    {
        var running = Enumerable.Range(1, MaxAttempts).Aggregate(Queued(), (job, lease) => JobTransitions.Apply(job, Started(lease, lease)));

        var next = JobTransitions.Apply(running, Started(9, 9));

        Assert.Equal((JobStatus.Failed, MaxAttempts), (next.Status, next.Attempt));
        Assert.Contains("3 attempts were lost", next.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_NewLeaseAfterExecutionTimeout_TimesOut()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        var next = JobTransitions.Apply(running, Started(2 + 60, 8));

        Assert.Equal(JobStatus.TimedOut, next.Status);
        Assert.Contains("executionTimeout of 60000 ms", next.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_Succeeded_Completes()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        var next = JobTransitions.Apply(running, new JobEvent.Succeeded(Start.AddSeconds(5), 1, "[1]"u8.ToArray()));

        Assert.Equal(JobStatus.Completed, next.Status);
        Assert.Equal(3000, next.ToSnapshot("job").ExecutionTime);
        Assert.Equal(Start.AddSeconds(5) + next.Retention, next.NextDeadline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Apply_ReportOfAnotherAttempt_LeavesStateUntouched(int attempt)
    {
        var second = JobTransitions.Apply(JobTransitions.Apply(Queued(), Started(1, 1)), Started(2, 2));

        Assert.Same(second, JobTransitions.Apply(second, new JobEvent.Succeeded(Start.AddSeconds(3), attempt, [])));
        Assert.Same(second, JobTransitions.Apply(second, new JobEvent.Failed(Start.AddSeconds(3), attempt, "no")));
        Assert.Same(second, JobTransitions.Apply(second, new JobEvent.ExecutionTimedOut(Start.AddSeconds(3), attempt)));
    }

    [Fact]
    public void Apply_ReportWhileQueued_LeavesStateUntouched()
    {
        var queued = Queued();

        Assert.Same(queued, JobTransitions.Apply(queued, new JobEvent.Succeeded(Start, 0, [])));
    }

    [Fact]
    public void Apply_DeadlineBeforeTtl_LeavesStateUntouched()
    {
        var queued = Queued();

        Assert.Same(queued, JobTransitions.Apply(queued, new JobEvent.DeadlineReached(queued.LivesUntil.AddMilliseconds(-1))));
    }

    [Fact]
    public void Apply_DeadlineAtTtl_TimesOut()
    {
        var queued = Queued();

        var next = JobTransitions.Apply(queued, new JobEvent.DeadlineReached(queued.LivesUntil));

        Assert.Equal(JobStatus.TimedOut, next.Status);
        Assert.Contains("ttl of 3600000 ms", next.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_DeadlineAtEndOfExecution_TimesOut()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        Assert.Same(running, JobTransitions.Apply(running, new JobEvent.DeadlineReached(Start.AddSeconds(61))));
        Assert.Equal(JobStatus.TimedOut, JobTransitions.Apply(running, new JobEvent.DeadlineReached(Start.AddSeconds(62))).Status);
    }

    [Fact]
    public void Apply_AnyEventAfterAnEnd_LeavesStateUntouched()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));
        var at = Start.AddDays(2);
        JobEvent[] events =
        [
            new JobEvent.Started(at, 99, Worker, MaxAttempts), new JobEvent.Succeeded(at, 1, []), new JobEvent.Failed(at, 1, "no"),
            new JobEvent.ExecutionTimedOut(at, 1), new JobEvent.CancelRequested(at, OnlyIfQueued: false), new JobEvent.DeadlineReached(at),
        ];
        JobState[] ends =
        [
            JobTransitions.Apply(running, new JobEvent.Succeeded(Start, 1, [])),
            JobTransitions.Apply(running, new JobEvent.Failed(Start, 1, "no")),
            JobTransitions.Apply(running, new JobEvent.ExecutionTimedOut(Start, 1)),
            JobTransitions.Apply(running, new JobEvent.CancelRequested(Start, OnlyIfQueued: false)),
        ];

        Assert.Equal([JobStatus.Completed, JobStatus.Failed, JobStatus.TimedOut, JobStatus.Cancelled], ends.Select(end => end.Status));
        Assert.All(ends, end => Assert.All(events, late => Assert.Same(end, JobTransitions.Apply(end, late))));
    }

    [Fact]
    public void Apply_RetryOfAFailedJob_QueuesItAgainWithAWholeLife()
    {
        var failed = JobTransitions.Apply(JobTransitions.Apply(Queued(), Started(2, 7)), new JobEvent.Failed(Start.AddSeconds(5), 1, "no"));

        var queued = JobTransitions.Apply(failed, new JobEvent.RetryRequested(Start.AddSeconds(100)));
        var running = JobTransitions.Apply(queued, Started(103, 8));

        Assert.Equal((JobStatus.InQueue, 1, null, null), (queued.Status, queued.Round, queued.Error, queued.EndedAt));
        Assert.Equal(Start.AddSeconds(100).AddHours(1), queued.NextDeadline);
        Assert.Equal((2, 3000L), (running.Attempt, running.DelayTime));
        // The first round's late report is fenced off.
        Assert.Same(running, JobTransitions.Apply(running, new JobEvent.Succeeded(Start.AddSeconds(104), 1, [])));
    }

    [Fact]
    public void Apply_RetriedJobLosesWorkers_HasAllAttemptsAgain()
    {
        var job = JobTransitions.Apply(JobTransitions.Apply(Queued(), Started(1, 1)), new JobEvent.Failed(Start.AddSeconds(2), 1, "no"));
        job = JobTransitions.Apply(job, new JobEvent.RetryRequested(Start.AddSeconds(3)));

        var running = Enumerable.Range(2, MaxAttempts).Aggregate(job, (state, lease) => JobTransitions.Apply(state, Started(lease + 3, lease)));

        Assert.Equal((JobStatus.InProgress, 1 + MaxAttempts), (running.Status, running.Attempt));
        Assert.Contains("3 attempts were lost", JobTransitions.Apply(running, Started(20, 20)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_RetryOfAnotherStateOrExpiredJob_LeavesStateUntouched()
    {
        var running = JobTransitions.Apply(Queued(), Started(2, 7));
        var completed = JobTransitions.Apply(running, new JobEvent.Succeeded(Start, 1, []));
        var cancelled = JobTransitions.Apply(running, new JobEvent.CancelRequested(Start, OnlyIfQueued: false));
        var failed = JobTransitions.Apply(running, new JobEvent.Failed(Start, 1, "no"));

        Assert.All([Queued(), running, completed, cancelled], job => Assert.Same(job, JobTransitions.Apply(job, new JobEvent.RetryRequested(Start))));
        Assert.Same(failed, JobTransitions.Apply(failed, new JobEvent.RetryRequested(Start.AddMinutes(30))));
    }

    [Fact]
    public void Apply_CancelOnlyIfQueued_LeavesARunningJobUntouched()
    {
        var cancel = new JobEvent.CancelRequested(Start, OnlyIfQueued: true);
        var running = JobTransitions.Apply(Queued(), Started(2, 7));

        Assert.Same(running, JobTransitions.Apply(running, cancel));
        Assert.Equal(JobStatus.Cancelled, JobTransitions.Apply(Queued(), cancel).Status);
    }

    private static JobState Queued() => JobTransitions.Create(
        new JobSubmission
        {
            UserId = "local",
            Input = "{}"u8.ToArray(),
            TimeToLive = TimeSpan.FromHours(1),
            ExecutionTimeout = TimeSpan.FromMinutes(1),
            IsSync = false,
            RequestBaseUrl = "http://localhost",
        },
        TimeSpan.FromMinutes(30),
        Start);

    private static JobEvent.Started Started(int second, long leaseId) => new(Start.AddSeconds(second), leaseId, Worker, MaxAttempts);

    private static WorkerIdentity WorkerNamed(string name) => new()
    {
        GrainKey = name,
        WorkerId = name,
        Gpu = "CPU",
        Silo = SiloAddress.New(IPAddress.Loopback, 1, 1),
    };
}
