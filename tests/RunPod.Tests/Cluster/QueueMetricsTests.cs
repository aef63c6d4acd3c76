using System.Net;
using Orleans.Core.Internal;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class QueueMetricsTests
{
    private const string Waiting = $"runpod.queue.jobs endpoint={TestCluster.Endpoint} state=waiting";
    private const string Running = $"runpod.queue.jobs endpoint={TestCluster.Endpoint} state=running";
    private const string OldestWait = $"runpod.queue.oldest_wait endpoint={TestCluster.Endpoint}";
    private const string IdleWorkers = $"runpod.workers endpoint={TestCluster.Endpoint} state=idle";
    private const string LeasesLost = $"runpod.queue.leases_lost endpoint={TestCluster.Endpoint}";
    private const string RunningWorkers = $"runpod.workers endpoint={TestCluster.Endpoint} state=running";

    [Fact]
    public async Task Gauges_JobsWaitRunAndEnd_FollowTheQueue()
    {
        using var silo = new MetricReading();
        await using var cluster = await TestCluster.StartAsync(options => options.ConfigureSilo = (builder, _) => silo.AddTo(builder, QueueMetrics.MeterName));

        var jobs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cluster.SubmitAsync("""{"hold":true}""")));

        await ShowsAsync([silo], (Waiting, 2), (Running, 1), (RunningWorkers, 1), (IdleWorkers, 0));
        await Eventually.HoldsAsync(() => silo.Read()[OldestWait] > 0, "a job waits");

        cluster.Model.Release();
        await Task.WhenAll(jobs.Select(jobId => cluster.EndOfAsync(jobId)));

        await ShowsAsync([silo], (Waiting, 0), (Running, 0), (RunningWorkers, 0), (IdleWorkers, 1), (OldestWait, 0));
    }

    [Fact]
    public async Task Gauges_QueueLeavesItsSilo_VanishThereAndTheSumStaysRight()
    {
        var silos = new Dictionary<string, MetricReading>();
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.Silos = 2;
            options.HasWorkers = false;
            options.ConfigureSilo = (builder, name) =>
            {
                silos.Add(name, new MetricReading());
                silos[name].AddTo(builder, QueueMetrics.MeterName);
            };
        });
        await cluster.SubmitAsync("1");
        await ShowsAsync(silos.Values, (Waiting, 1));

        // Nobody calls the queue now: without workers nothing activates it again.
        await cluster.Grains.Queue(TestCluster.Endpoint).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.HoldsAsync(() => silos.Values.All(silo => !silo.Read().Keys.Any(key => key.StartsWith("runpod.queue.jobs ", StringComparison.Ordinal))), "no silo shows the queue");

        await cluster.SubmitAsync("2");
        await ShowsAsync(silos.Values, (Waiting, 2));
    }

    [Fact]
    public async Task LeasesLost_QueueMoves_StillCountsThoseBefore()
    {
        using var silo = new MetricReading();
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.HasWorkers = false;
            options.ConfigureSilo = (builder, _) => silo.AddTo(builder, QueueMetrics.MeterName);
        });
        var queue = cluster.Grains.Queue(TestCluster.Endpoint);
        await cluster.SubmitAsync("1");

        // A worker of a silo that is not in the cluster takes the job: its lease is lost at the next sweep.
        var gone = SiloAddress.New(IPAddress.Loopback, 1, 1);
        Assert.NotNull(await queue.TakeAsync(new WorkerIdentity { GrainKey = "a", WorkerId = "a", Gpu = "CPU", Silo = gone }, order: 1));
        await ShowsAsync([silo], (LeasesLost, 1), (Waiting, 1));

        await queue.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await queue.GetHealthAsync();

        await ShowsAsync([silo], (LeasesLost, 1));
    }

    /// <summary>Waits until the silos together show these values.</summary>
    private static Task ShowsAsync(IReadOnlyCollection<MetricReading> silos, params (string Key, double Value)[] expected) => Eventually.HoldsAsync(
        () =>
        {
            var readings = silos.Select(silo => silo.Read()).ToArray();
            return expected.All(series => readings.Any(reading => reading.ContainsKey(series.Key))
                && readings.Sum(reading => reading.GetValueOrDefault(series.Key)) == series.Value);
        },
        string.Join(", ", expected.Select(series => $"{series.Key} is {series.Value}")));
}
