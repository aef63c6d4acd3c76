using System.Net;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>Leases that no worker knows of: the test plays a worker that does not hear what the queue answers. The clock stands, so that no lease ends by itself.</summary>
public sealed class LostAnswerTests : IAsyncLifetime
{
    private static readonly SiloAddress Elsewhere = SiloAddress.New(IPAddress.Parse("192.0.2.1"), 1, int.MaxValue);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    private IQueueGrain Queue => _cluster.Grains.Queue(TestCluster.Endpoint);

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Heartbeat_LaterThanATakeWhoseAnswerWasLost_ReturnsTheJobAtOnce()
    {
        var jobId = await _cluster.SubmitAsync("1");
        await Queue.TakeAsync(Worker, order: 1);

        await HeartbeatAsync(order: 2, held: []);

        Assert.Equal([jobId], await Queue.SelectWaitingAsync([jobId]));
        Assert.Equal(0, (await Queue.GetHealthAsync()).Retried);
    }

    [Fact]
    public async Task Heartbeat_EarlierThanTheTake_ReturnsNothing()
    {
        await _cluster.SubmitAsync("1");
        await Queue.TakeAsync(Worker, order: 2);

        await HeartbeatAsync(order: 1, held: []);

        Assert.Equal(1, (await Queue.GetHealthAsync()).InProgress);
    }

    [Fact]
    public async Task Heartbeat_OfAWorkerThatCannotTell_ReturnsNothing()
    {
        await _cluster.SubmitAsync("1");
        await Queue.TakeAsync(Worker, order: 1);

        // As one that asks again, or that is of an earlier version.
        await HeartbeatAsync(order: 2, held: null);

        Assert.Equal(1, (await Queue.GetHealthAsync()).InProgress);
    }

    [Fact]
    public async Task Heartbeat_NamesTwoLeasesOneAfterTheOther_KeepsBoth()
    {
        await _cluster.SubmitAsync("1");
        await _cluster.SubmitAsync("2");
        var first = (await Queue.TakeAsync(Worker, order: 1))!;
        var second = (await Queue.TakeAsync(Worker, order: 2))!;

        long[] held = [first.LeaseId, second.LeaseId];
        Assert.True(await HeartbeatAsync(order: 3, held, first));
        Assert.True(await HeartbeatAsync(order: 4, held, second));

        Assert.Equal(2, (await Queue.GetHealthAsync()).InProgress);
    }

    [Fact]
    public async Task Heartbeat_NoLongerNamesAJobThatItNamed_ReturnsIt()
    {
        var jobId = await _cluster.SubmitAsync("1");
        var assignment = (await Queue.TakeAsync(Worker, order: 1))!;
        await _cluster.Orleans.DeactivateAsync(Queue);

        // The new activation does not know which message got the lease.
        await HeartbeatAsync(order: 2, held: []);
        Assert.Equal(1, (await Queue.GetHealthAsync()).InProgress);
        await HeartbeatAsync(order: 3, [assignment.LeaseId], assignment);
        await HeartbeatAsync(order: 4, held: []);

        Assert.Equal([jobId], await Queue.SelectWaitingAsync([jobId]));
    }

    private static WorkerIdentity Worker => new() { GrainKey = GrainKeys.WorkerKey(Elsewhere, "cpu:0", 0), WorkerId = "a", Gpu = "CPU", Silo = Elsewhere };

    private Task<bool> HeartbeatAsync(long order, long[]? held, Assignment? lease = null) =>
        Queue.HeartbeatAsync(new WorkerHeartbeat { Worker = Worker, State = WorkerState.Running, Lease = lease, Held = held, Order = order });
}
