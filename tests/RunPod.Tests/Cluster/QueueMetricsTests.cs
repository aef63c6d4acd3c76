using System.Net;
using Orleans.Core.Internal;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

[Collection(nameof(AloneCollection))]
public sealed class QueueMetricsTests
{
    // Of no other test: their clusters are in this process too.
    private const string Endpoint = "measured";
    private const string Waiting = $"runpod.queue.jobs endpoint={Endpoint} state=waiting";
    private const string Running = $"runpod.queue.jobs endpoint={Endpoint} state=running";
    private const string OldestWait = $"runpod.queue.oldest_wait endpoint={Endpoint}";
    private const string LeasesLost = $"runpod.queue.leases_lost endpoint={Endpoint}";
    private const string IdleWorkers = $"runpod.workers endpoint={Endpoint} state=idle";
    private const string RunningWorkers = $"runpod.workers endpoint={Endpoint} state=running";

    [Fact]
    public async Task Gauges_JobsWaitRunAndEnd_FollowTheQueue()
    {
        using var metrics = new MetricReading(QueueMetrics.MeterName);
        await using var cluster = await TestCluster.StartAsync(options => options.Models.Add(Endpoint, "works"));

        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cluster.SubmitAsync("""{"hold":true}""", Endpoint)));

        await ShowsAsync(metrics, (Waiting, 2), (Running, 1), (RunningWorkers, 1), (IdleWorkers, 0));
        await Eventually.HoldsAsync(() => metrics.Read()[OldestWait] > 0, "a job waits");

        cluster.Model.Release();
        await Task.WhenAll(jobs.Select(jobId => cluster.EndOfAsync(jobId, Endpoint)));

        await ShowsAsync(metrics, (Waiting, 0), (Running, 0), (RunningWorkers, 0), (IdleWorkers, 1), (OldestWait, 0));
    }

    [Fact]
    public async Task Gauges_QueueLeavesItsSilo_VanishUntilItIsActiveAgain()
    {
        using var metrics = new MetricReading(QueueMetrics.MeterName);
        await using var cluster = await TestCluster.StartAsync(options => (options.Silos, options.HasWorkers) = (2, false));
        await cluster.SubmitAsync("1", Endpoint);
        await ShowsAsync(metrics, (Waiting, 1), (Running, 0));

        // Nobody calls the queue now: without workers nothing activates it again.
        await cluster.Grains.Queue(Endpoint).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.HoldsAsync(
            () => !metrics.Read().Keys.Any(series => series.Contains($"endpoint={Endpoint}", StringComparison.Ordinal) && !series.StartsWith("runpod.queue.jobs_handed_back", StringComparison.Ordinal)),
            "no silo shows the queue");

        await cluster.SubmitAsync("2", Endpoint);
        await ShowsAsync(metrics, (Waiting, 2), (Running, 0));
    }

    [Fact]
    public async Task LeasesLost_QueueMoves_StillCountsThoseBefore()
    {
        using var metrics = new MetricReading(QueueMetrics.MeterName);
        await using var cluster = await TestCluster.StartAsync(options => options.HasWorkers = false);
        var queue = cluster.Grains.Queue(Endpoint);
        await cluster.SubmitAsync("1", Endpoint);
        await ShowsAsync(metrics, (LeasesLost, 0));

        // A worker on a silo that counts as dead takes the job: the next sweep ends its lease.
        var dead = SiloAddress.New(IPAddress.Loopback, 1, 1);
        Assert.NotNull(await queue.TakeAsync(new WorkerIdentity { GrainKey = "a", WorkerId = "a", Gpu = "CPU", Silo = dead }, order: 1));
        await ShowsAsync(metrics, (LeasesLost, 1), (Waiting, 1));

        await queue.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await queue.GetHealthAsync();

        await ShowsAsync(metrics, (LeasesLost, 1), (Waiting, 1));
    }

    private static Task ShowsAsync(MetricReading metrics, params (string Series, double Value)[] expected) => Eventually.HoldsAsync(
        () =>
        {
            var values = metrics.Read();
            return expected.All(series => values.TryGetValue(series.Series, out var value) && value == series.Value);
        },
        string.Join(", ", expected.Select(series => $"{series.Series} is {series.Value}")));
}
