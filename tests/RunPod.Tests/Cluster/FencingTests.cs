using System.Net;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>The test plays the worker: leases, attempts and reports in every wrong order.</summary>
public sealed class FencingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    // A silo of which the cluster knows nothing. It is younger than the others, else it would count as dead.
    private static readonly SiloAddress Elsewhere = SiloAddress.New(IPAddress.Parse("192.0.2.1"), 1, int.MaxValue);

    private TestCluster _cluster = null!;
    private long _order;

    private IQueueGrain Queue => _cluster.Grains.Queue(TestCluster.Endpoint);

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task ReportAttempt_AfterTheLeaseWasLost_DoesNotCount()
    {
        var jobId = await _cluster.SubmitAsync("1");
        var lost = await TakeAsync("a");
        await BeginAsync(lost, "a");
        await LoseLeaseAsync();
        var current = await TakeAsync("b");
        var second = await BeginAsync(current, "b");

        var late = await _cluster.Job(jobId).ReportAttemptAsync(Success(attempt: 1, "\"late\""));
        var counted = await _cluster.Job(jobId).ReportAttemptAsync(Success(second.Start!.Attempt, "\"current\""));

        Assert.Equal((false, true, 2), (late, counted, second.Start.Attempt));
        var job = await _cluster.EndOfAsync(jobId);
        Assert.Equal((JobStatus.Completed, 1, "b"), (job.Status, job.Retries, job.WorkerId));
        Assert.Equal("\"current\""u8.ToArray(), job.Output);
    }

    [Fact]
    public async Task ReportAttempt_Twice_CountsOnceAndAnswersTheSame()
    {
        var jobId = await _cluster.SubmitAsync("1");
        await BeginAsync(await TakeAsync("a"), "a");

        Assert.True(await _cluster.Job(jobId).ReportAttemptAsync(Success(1, "1")));
        Assert.True(await _cluster.Job(jobId).ReportAttemptAsync(Success(1, "2")));

        Assert.Equal("1"u8.ToArray(), (await _cluster.EndOfAsync(jobId)).Output);
        Assert.Equal(1, (await Queue.GetHealthAsync()).Completed);
    }

    [Fact]
    public async Task BeginAttempt_UnderTheSameLeaseTwice_IsTheSameAttempt()
    {
        await _cluster.SubmitAsync("1");
        var assignment = await TakeAsync("a");

        var first = await BeginAsync(assignment, "a");
        var again = await BeginAsync(assignment, "a");

        Assert.Equal((1, 1), (first.Start!.Attempt, again.Start!.Attempt));
    }

    [Fact]
    public async Task BeginAttempt_UnderAnOldLease_IsRefused()
    {
        await _cluster.SubmitAsync("1");
        var old = await TakeAsync("a");
        await LoseLeaseAsync();
        await BeginAsync(await TakeAsync("b"), "b");

        Assert.Equal(AttemptVerdict.StaleLease, (await BeginAsync(old, "a")).Verdict);
    }

    [Fact]
    public async Task BeginAttempt_EndedOrUnknownJob_HasNothingToRun()
    {
        var jobId = await _cluster.SubmitAsync("1");
        var assignment = await TakeAsync("a");
        await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);

        Assert.Equal((AttemptVerdict.NothingToRun, JobStatus.Cancelled), Ended(await BeginAsync(assignment, "a")));
        Assert.Equal((AttemptVerdict.NothingToRun, null), Ended(await BeginAsync(assignment with { JobId = "unknown" }, "a")));

        static (AttemptVerdict, JobStatus?) Ended(AttemptDecision decision) => (decision.Verdict, decision.Ended);
    }

    [Fact]
    public async Task Lease_LostThreeTimes_FailsTheJob()
    {
        var jobId = await _cluster.SubmitAsync("1");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AttemptVerdict.Begin, (await BeginAsync(await TakeAsync("a"), "a")).Verdict);
            await LoseLeaseAsync();
        }

        Assert.Equal(AttemptVerdict.NothingToRun, (await BeginAsync(await TakeAsync("a"), "a")).Verdict);

        var job = await _cluster.EndOfAsync(jobId);
        Assert.Equal((JobStatus.Failed, 2), (job.Status, job.Retries));
        Assert.Contains("3 attempts were lost", job.Error, StringComparison.Ordinal);
        Assert.Equal((1L, 3L), ((await Queue.GetHealthAsync()).Failed, (await Queue.GetHealthAsync()).Retried));
    }

    [Fact]
    public async Task HandBack_MoreOftenThanAJobMayLoseWorkers_NeverCountsAsLost()
    {
        var jobId = await _cluster.SubmitAsync("1");
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var assignment = await TakeAsync("a");
            await BeginAsync(assignment, "a");

            Assert.True(await _cluster.Job(jobId).HandBackAsync(attempt));
            Assert.Equal((JobStatus.InQueue, null), await StatusAsync(jobId));
            await Queue.HandBackAsync(assignment);
        }

        await BeginAsync(await TakeAsync("b"), "b");
        Assert.False(await _cluster.Job(jobId).ReportAttemptAsync(Success(attempt: 4, "\"late\"")));
        Assert.True(await _cluster.Job(jobId).ReportAttemptAsync(Success(attempt: 5, "\"current\"")));

        var job = await _cluster.EndOfAsync(jobId);
        Assert.Equal((JobStatus.Completed, 4, "b"), (job.Status, job.Retries, job.WorkerId));
        Assert.Equal(0, (await Queue.GetHealthAsync()).Retried);

        async Task<(JobStatus?, string?)> StatusAsync(string id) => await _cluster.Job(id).GetSnapshotAsync() is { } snapshot ? (snapshot.Status, snapshot.WorkerId) : default;
    }

    [Fact]
    public async Task HandBack_AttemptThatIsNotTheCurrentOne_ChangesNothing()
    {
        var jobId = await _cluster.SubmitAsync("1");
        var lost = await TakeAsync("a");
        await BeginAsync(lost, "a");
        await LoseLeaseAsync();
        await BeginAsync(await TakeAsync("b"), "b");

        var isHandedBack = await _cluster.Job(jobId).HandBackAsync(attempt: 1);
        await Queue.HandBackAsync(lost);

        Assert.False(isHandedBack);
        Assert.Equal((1, 0), ((await Queue.GetHealthAsync()).InProgress, (await Queue.GetHealthAsync()).InQueue));
        Assert.True(await _cluster.Job(jobId).ReportAttemptAsync(Success(attempt: 2, "1")));
    }

    [Fact]
    public async Task HandBack_ReturnsTheJobToTheHead()
    {
        var first = await _cluster.SubmitAsync("1");
        var second = await _cluster.SubmitAsync("2");

        await Queue.HandBackAsync(await TakeAsync("a"));

        Assert.Equal([first, second], [(await TakeAsync("b")).JobId, (await TakeAsync("b")).JobId]);
    }

    [Fact]
    public async Task Queue_JobThatOnlyTheStoreHas_IsFound()
    {
        await _cluster.SubmitAsync("1");
        var keys = _cluster.Store.GetServers()[0].KeysAsync(pattern: $"*/queue/{TestCluster.Endpoint}/*/open");
        await _cluster.Store.GetDatabase().SortedSetAddAsync(await keys.SingleAsync(), "entered-elsewhere", 1L << 40);

        await Eventually.HoldsAsync(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return await Queue.SelectWaitingAsync(["entered-elsewhere"]) is [_];
            },
            "the queue has read the store again");
        Assert.Equal(2, (await Queue.GetHealthAsync()).InQueue);
    }

    [Fact]
    public async Task Queue_OnAnotherSilo_HasRoomAsForTheWorkersItHad()
    {
        var keys = _cluster.Store.GetServers()[0].KeysAsync(pattern: $"*/queue/{TestCluster.Endpoint}/*/counters");
        await Eventually.HoldsAsync(
            async () =>
            {
                await Queue.HeartbeatAsync(new WorkerHeartbeat { Worker = Worker("a"), State = WorkerState.Running, Order = ++_order });
                _clock.Advance(TimeSpan.FromSeconds(1));
                return await keys.FirstOrDefaultAsync() is { } key && await _cluster.Store.GetDatabase().HashGetAsync(key, "workers") == 1;
            },
            "the queue has stored that it has a worker");

        await _cluster.Orleans.DeactivateAsync(Queue);

        // Without a worker 50 may wait.
        for (var i = 0; i < 60; i++)
        {
            await _cluster.SubmitAsync("1");
        }
    }

    [Fact]
    public async Task Lease_Lost_ReturnsTheJobToTheHead()
    {
        var first = await _cluster.SubmitAsync("1");
        var second = await _cluster.SubmitAsync("2");
        await TakeAsync("a");

        await LoseLeaseAsync();

        Assert.Equal([first, second], [(await TakeAsync("b")).JobId, (await TakeAsync("b")).JobId]);
    }

    [Fact]
    public async Task Lease_RenewedByHeartbeats_IsKept()
    {
        await _cluster.SubmitAsync("1");
        var assignment = await TakeAsync("a");
        for (var i = 0; i < 6; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            Assert.True(await HeartbeatAsync(assignment, "a"));
        }

        Assert.Equal((1, 0), ((await Queue.GetHealthAsync()).InProgress, (await Queue.GetHealthAsync()).InQueue));
    }

    [Fact]
    public async Task Heartbeat_AfterTheLeaseWasLost_SaysSo()
    {
        await _cluster.SubmitAsync("1");
        var lost = await TakeAsync("a");
        await LoseLeaseAsync();
        await TakeAsync("b");

        Assert.False(await HeartbeatAsync(lost, "a"));
    }

    [Fact]
    public async Task Queue_Reactivated_KeepsOrderAndLeases()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await _cluster.SubmitAsync("1"));
        }

        var assignment = await TakeAsync("a");
        await _cluster.Orleans.DeactivateAsync(Queue);

        Assert.True(await HeartbeatAsync(assignment, "a"));
        Assert.Equal((1, 4), ((await Queue.GetHealthAsync()).InProgress, (await Queue.GetHealthAsync()).InQueue));
        var next = await TakeAsync("b");
        Assert.Equal(jobs[1], next.JobId);
        Assert.True(next.LeaseId > assignment.LeaseId);
    }

    [Fact]
    public async Task Job_ReactivatedWhileRunning_TakesItsReport()
    {
        var jobId = await _cluster.SubmitAsync("1");
        await BeginAsync(await TakeAsync("a"), "a");
        await _cluster.Orleans.DeactivateAsync(_cluster.Job(jobId));

        Assert.Equal(JobStatus.InProgress, (await _cluster.Job(jobId).GetSnapshotAsync())?.Status);
        Assert.True(await _cluster.Job(jobId).ReportAttemptAsync(Success(1, "1")));
    }

    private static AttemptReport Success(int attempt, string output) => new()
    {
        Attempt = attempt,
        Outcome = AttemptOutcome.Succeeded,
        Output = System.Text.Encoding.UTF8.GetBytes(output),
    };

    private static WorkerIdentity Worker(string name) => new()
    {
        GrainKey = GrainKeys.WorkerKey(Elsewhere, "cpu:0", 0) + name,
        WorkerId = name,
        Gpu = "CPU",
        Silo = Elsewhere,
    };

    private async Task<Assignment> TakeAsync(string worker)
    {
        var assignment = await Queue.TakeAsync(Worker(worker), ++_order);
        Assert.NotNull(assignment);
        return assignment;
    }

    private Task<AttemptDecision> BeginAsync(Assignment assignment, string worker) =>
        _cluster.Job(assignment.JobId).BeginAttemptAsync(new AttemptRequest { LeaseId = assignment.LeaseId, Worker = Worker(worker) });

    private Task<bool> HeartbeatAsync(Assignment assignment, string worker) =>
        Queue.HeartbeatAsync(new WorkerHeartbeat { Worker = Worker(worker), State = WorkerState.Running, Lease = assignment, Order = ++_order });

    /// <summary>Lets the leases end: past their time, then until the queue's sweep has noticed.</summary>
    private async Task LoseLeaseAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(31));
        while ((await Queue.GetHealthAsync()).InProgress > 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
