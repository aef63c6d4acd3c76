using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Grains.Inference;
using RunPod.Grains.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>What one queue, one bucket or one job that does not answer costs the others on a slot: nothing.</summary>
public sealed class WorkerLivenessTests
{
    private const string Slow = "slow";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Worker_OneQueueHangs_OthersAreHeardAndServed()
    {
        var hanging = new HangingQueue(Slow);
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.Models.Add(Slow, "works");
            options.ConfigureSilo = (silo, _) =>
            {
                silo.AddIncomingGrainCallFilter(hanging);
                silo.Services.Configure<EndpointQueueOptions>(queue => (queue.Heartbeat, queue.AnswerTimeout) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100)));
            };
        });
        Assert.Equal(JobStatus.Completed, (await cluster.RunAsync("1", Slow)).Status);

        hanging.Hangs = true;
        var ends = new List<JobSnapshot>();
        for (var i = 0; i < 4; i++)
        {
            ends.Add(await cluster.RunAsync("1").WaitAsync(Patience));
            Assert.True(await hanging.OtherHeartbeats.WaitAsync(Patience), "the other queue hears of the worker");
        }

        hanging.Release();
        ends.Add(await cluster.RunAsync("1", Slow).WaitAsync(Patience));
        Assert.All(ends, job => Assert.Equal((JobStatus.Completed, 0), (job.Status, job.Retries)));
    }

    [Fact]
    public async Task Worker_QueueSilentForALease_AbandonsItsAttempt()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var hanging = new HangingQueue(TestCluster.Endpoint);
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.Clock = clock;
            options.ConfigureSilo = (silo, _) => silo.AddIncomingGrainCallFilter(hanging);
        });
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        hanging.Hangs = true;
        var from = clock.GetUtcNow();

        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return cluster.Model.Cancelled.CurrentCount == 1;
            },
            "the attempt is abandoned");

        Assert.InRange(clock.GetUtcNow() - from, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(120));
        hanging.Release();
    }

    [Fact]
    public async Task Worker_JobWhoseStateCannotBeRead_IsSetAsideAndTheSlotGoesOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        var broken = await cluster.SubmitAsync("\"broken\"");
        await cluster.SpoilAsync(broken);
        var next = await cluster.SubmitAsync("2");

        cluster.Model.Release();
        var end = await cluster.EndOfAsync(next).WaitAsync(Patience);

        Assert.Equal(JobStatus.Completed, end.Status);
        var health = await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync();
        Assert.Equal((0, 0L), (health.InQueue, health.Retried));
    }

    [Fact]
    public async Task Worker_JobWhoseStateBreaksWhileItRuns_IsSetAsideAndTheSlotGoesOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        var broken = await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        await cluster.SpoilAsync(broken);
        var next = await cluster.SubmitAsync("2");

        cluster.Model.Release();
        var end = await cluster.EndOfAsync(next).WaitAsync(Patience);

        Assert.Equal(JobStatus.Completed, end.Status);
        await Eventually.HoldsAsync(
            async () => await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync() is { InQueue: 0, InProgress: 0, Retried: 0 }, "the job is out of its queue");
    }

    [Fact]
    public async Task Worker_BucketHangs_SlotRunsTheNextJob()
    {
        var stores = new HeldObjectStores();
        await using var cluster = await StartAsync(stores);
        var held = await cluster.SubmitAsync("""{"file":"text"}""");
        await stores.Begun.WaitAsync();

        var next = await cluster.RunAsync("1").WaitAsync(Patience);
        var waiting = await cluster.Job(held).GetSnapshotAsync();
        stores.Release();
        var end = await cluster.EndOfAsync(held);

        Assert.Equal((JobStatus.Completed, JobStatus.InProgress), (next.Status, waiting!.Status));
        Assert.Equal((JobStatus.Completed, 0), (end.Status, end.Retries));
    }

    [Fact]
    public async Task Worker_NoRoomForAnotherOutput_SlotWaits()
    {
        var stores = new HeldObjectStores();
        await using var cluster = await StartAsync(stores, maxStoringBytes: 1 << 20);
        await cluster.SubmitAsync("""{"file":"text"}""");
        await cluster.SubmitAsync("""{"file":"text"}""");
        await stores.Begun.WaitAsync();
        await stores.Begun.WaitAsync();
        var third = await cluster.SubmitAsync("3");

        Assert.Equal(2, cluster.Model.Runs.Count);
        Assert.Equal([third], await cluster.Grains.Queue(TestCluster.Endpoint).SelectWaitingAsync([third]));

        stores.Release();
        Assert.Equal(JobStatus.Completed, (await cluster.EndOfAsync(third)).Status);
    }

    [Fact]
    public async Task Cancel_WhileItsFilesAreStored_StopsAndDeletesThem()
    {
        var stores = new HeldObjectStores();
        await using var cluster = await StartAsync(stores);
        var jobId = await cluster.SubmitAsync("""{"file":"text"}""");
        await stores.Begun.WaitAsync();

        await cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);

        await Eventually.HoldsAsync(() => stores.Deleted.Contains($"{TestCluster.Endpoint}/{jobId}/1/"), "the attempt's files are deleted");
    }

    [Fact]
    public async Task Store_LongerThanTheExecutionTimeout_TimesOut()
    {
        var stores = new HeldObjectStores();
        await using var cluster = await StartAsync(stores);

        var jobId = await cluster.SubmitAsync("""{"file":"text"}""", with: job => job with { ExecutionTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal(JobStatus.TimedOut, (await cluster.EndOfAsync(jobId)).Status);
    }

    [Fact]
    public async Task SiloStops_WhileFilesAreStored_HandsTheJobBack()
    {
        var stores = new HeldObjectStores();
        await using var cluster = await StartAsync(stores, silos: 2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => cluster.SubmitAsync("""{"file":"text"}""")));
        await stores.Begun.WaitAsync();
        await stores.Begun.WaitAsync();

        await cluster.Orleans.StopSiloAsync(cluster.Orleans.Silos[1]);
        stores.Release();

        foreach (var jobId in jobs)
        {
            await Eventually.HoldsAsync(async () => await cluster.Job(jobId).GetSnapshotAsync() is { Status: JobStatus.Completed }, "the job has ended");
        }

        Assert.Equal(0, (await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync()).Retried);
    }

    private static Task<TestCluster> StartAsync(HeldObjectStores stores, long maxStoringBytes = 16 << 20, int silos = 1) => TestCluster.StartAsync(options =>
    {
        options.Silos = silos;
        options.ConfigureSilo = (silo, _) =>
        {
            silo.Services.AddSingleton<IObjectStores>(stores);
            silo.Services.Configure<WorkerOptions>(workers => (workers.MaxStoringBytes, workers.DrainTimeout) = (maxStoringBytes, TimeSpan.FromMilliseconds(200)));
        };
    });
}
