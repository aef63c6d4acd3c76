using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Endpoints;
using RunPod.Grains.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class WorkerTests
{
    [Fact]
    public async Task Endpoint_PinnedToADevice_RunsNowhereElse()
    {
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.Silos = 2;
            options.Models.Add("pinned", "works");
            options.ConfigureSilo = (silo, name) =>
            {
                // The first silo owns cpu:0, the second cpu:1.
                var deviceId = name.EndsWith('1') ? "cpu:1" : "cpu:0";
                silo.Services.Configure<WorkerOptions>(workers => workers.Devices.Add(new DeviceOptions { Id = deviceId, Name = $"Device {deviceId}" }));
                silo.Services.Configure<Dictionary<string, EndpointOptions>>(endpoints => endpoints["pinned"] = new EndpointOptions { Devices = ["cpu:1"] });
            };
        });

        var pinned = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => cluster.RunAsync("\"pinned\"", "pinned")));
        var free = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => cluster.RunAsync("\"free\"")));

        Assert.All(pinned, job => Assert.Equal("Device cpu:1", job.Gpu));
        Assert.All(cluster.Model.Runs.Where(run => run.Input == "\"pinned\""), run => Assert.Equal("cpu:1", run.DeviceId));
        Assert.Equal(["Device cpu:0", "Device cpu:1"], free.Select(job => job.Gpu).Distinct().Order());
        Assert.All(pinned.Concat(free), job => Assert.Equal(job.Gpu!.Replace("Device ", "", StringComparison.Ordinal).Replace(':', '-'), job.WorkerId!.Split('-', 2)[1][..5]));
    }

    [Fact]
    public async Task Inference_SiloNotInTheCluster_IsNotPlacedElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync();
        var gone = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1);

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.Inference(GrainKeys.WorkerKey(gone, "cpu:0", 0)).EnsureStartedAsync());

        Assert.Contains("never moves to another silo's device", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_SiloKilled_JobsRunAgainElsewhereOnceEach()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.Silos = 2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.SubmitAsync("""{"hold":true}""")));
        await cluster.Model.Begun.WaitAsync();
        await cluster.Model.Begun.WaitAsync();

        await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos[1]);
        cluster.Model.Release();
        var ends = await Task.WhenAll(jobs.Select(jobId => EndAsync(cluster, jobId)));

        Assert.All(ends, job => Assert.Equal(JobStatus.Completed, job.Status));
        Assert.Equal(1, ends.Sum(job => job.Retries));
    }

    [Fact]
    public async Task Worker_ItsGrainEnds_RunningJobGoesOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        var jobId = await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        var worker = cluster.Grains.Inference(GrainKeys.WorkerKey(cluster.Orleans.Silos[0].SiloAddress, "cpu:0", 0));

        // As Orleans does with all that were entered in a lost silo's part of the directory.
        await worker.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await worker.EnsureStartedAsync();
        cluster.Model.Release();

        var job = await cluster.EndOfAsync(jobId);
        Assert.Equal((JobStatus.Completed, 0), (job.Status, job.Retries));
        Assert.Equal(0, cluster.Model.Cancelled.CurrentCount);
    }

    [Fact]
    public async Task Worker_SiloStops_RunningJobFinishesAndNoOtherBegins()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.Silos = 2);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.SubmitAsync("""{"hold":true}""")));
        await cluster.Model.Begun.WaitAsync();
        await cluster.Model.Begun.WaitAsync();

        var stopping = cluster.Orleans.StopSiloAsync(cluster.Orleans.Silos[1]);
        cluster.Model.Release();
        var ends = await Task.WhenAll(jobs.Select(jobId => EndAsync(cluster, jobId)));
        await stopping;

        Assert.All(ends, job => Assert.Equal((JobStatus.Completed, 0), (job.Status, job.Retries)));
        Assert.Equal(0, cluster.Model.Cancelled.CurrentCount);
    }

    [Fact]
    public async Task Worker_SiloStopsBeforeTheJobEnds_HandsItBack()
    {
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.Silos = 2;
            options.ConfigureSilo = (silo, _) => silo.Services.Configure<WorkerOptions>(workers => workers.DrainTimeout = TimeSpan.FromMilliseconds(200));
        });
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => cluster.SubmitAsync("""{"hold":true}""")));
        await cluster.Model.Begun.WaitAsync();
        await cluster.Model.Begun.WaitAsync();

        await cluster.Orleans.StopSiloAsync(cluster.Orleans.Silos[1]);
        cluster.Model.Release();
        var ends = await Task.WhenAll(jobs.Select(jobId => EndAsync(cluster, jobId)));

        Assert.All(ends, job => Assert.Equal(JobStatus.Completed, job.Status));
        Assert.Equal([0, 1], ends.Select(job => job.Retries).Order());
        Assert.Equal(0, (await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync()).Retried);
    }

    [Fact]
    public async Task Worker_TwoEndpointsOnOneSlot_BothAreServed()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.Models.Add("other", "works"));
        var jobs = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster.RunAsync("1", i % 2 == 0 ? "other" : TestCluster.Endpoint)));

        Assert.All(jobs, job => Assert.Equal(JobStatus.Completed, job.Status));
    }

    /// <summary>Waits across the loss of the silo that held the job's grain.</summary>
    private static async Task<JobSnapshot> EndAsync(TestCluster cluster, string jobId)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await cluster.EndOfAsync(jobId);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException && i < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }
}
