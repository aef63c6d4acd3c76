using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd.Upgrades;

/// <summary>What a rolling upgrade, or one taken back, needs: silos of two versions in one cluster, and each version on what the other left.</summary>
[Collection(nameof(SharedSilosCollection))]
public sealed class UpgradeTests
{
    private static readonly object TinyInput = new { prompt = "a blue star", num_inference_steps = 4, width = 64, height = 64 };
    private static readonly object WrongInput = new { prompt = "a star", scheduler = "none" };

    // Seconds, so that a stop meets it.
    private static readonly object SlowInput = new { prompt = "a blue star", num_inference_steps = 120, width = 64, height = 64 };

    [UpgradeTheory]
    [InlineData(SiloVersion.Previous, SiloVersion.Previous)]
    [InlineData(SiloVersion.Previous, SiloVersion.Current)]
    [InlineData(SiloVersion.Current, SiloVersion.Previous)]
    [InlineData(SiloVersion.Current, SiloVersion.Current)]
    public async Task Roles_FrontEndAndWorkerOfTwoVersions_AreOneService(SiloVersion frontEnd, SiloVersion first)
    {
        await using var cluster = await MixedCluster.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var silos = new Dictionary<SiloVersion, SiloProcess>();
        foreach (var version in (SiloVersion[])[first, Other(first)])
        {
            silos[version] = await cluster.StartSiloAsync(version, $"--Roles={(version == frontEnd ? "frontend" : "worker")}");
        }

        using var client = new JobClient(silos[frontEnd].CreateClient());
        var user = new UpgradeUser(client);
        await user.WaitForWorkersAsync(1);

        // Enough that grains of them are on both silos.
        foreach (var jobId in await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.SubmitAsync(TinyInput))))
        {
            var job = await client.WaitForAsync(jobId, "COMPLETED");
            Assert.StartsWith($"{Other(frontEnd)}", job.GetProperty("workerId").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(await JobClient.FetchPictureAsync(job));
        }

        await user.UseEveryOperationAsync(receiver);
        cluster.AssertUnderstoodEachOther();
    }

    [UpgradeTheory]
    [InlineData(SiloVersion.Previous)]
    [InlineData(SiloVersion.Current)]
    public async Task Stop_JobsRunningOnBothVersions_TheOtherGoesOnWithAll(SiloVersion leaving)
    {
        await using var cluster = await MixedCluster.StartAsync();
        var previous = await cluster.StartSiloAsync(SiloVersion.Previous);
        var current = await cluster.StartSiloAsync(SiloVersion.Current);
        var (stopped, staying) = leaving == SiloVersion.Previous ? (previous, current) : (current, previous);
        using var client = new JobClient(staying.CreateClient());
        using var leaver = new JobClient(stopped.CreateClient());
        var user = new UpgradeUser(client);
        await user.WaitForWorkersAsync(2);
        await Task.WhenAll(client.PurgeAsync(HttpStatusCode.OK), leaver.PurgeAsync(HttpStatusCode.OK));
        await client.PurgeAsync(HttpStatusCode.TooManyRequests);
        await leaver.PurgeAsync(HttpStatusCode.TooManyRequests);
        List<string> jobs = [await client.SubmitAsync(SlowInput), await leaver.SubmitAsync(SlowInput)];
        await Task.WhenAll(jobs.Select(jobId => client.WaitForAsync(jobId, "IN_PROGRESS")));
        for (var i = 0; i < 4; i++)
        {
            jobs.AddRange(await client.SubmitAsync(TinyInput), await leaver.SubmitAsync(TinyInput));
        }

        var waiting = jobs.ConvertAll(user.WaitForEndAsync);
        var stop = stopped.StopAsync();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        do
        {
            waiting.Add(user.WaitForEndAsync(await user.SubmitAsync(TinyInput)));
        }
        while (await pace.WaitForNextTickAsync() && !stop.IsCompleted);

        Assert.Equal(0, await stop);
        foreach (var job in await Task.WhenAll(waiting))
        {
            Assert.NotEmpty(await client.FetchPictureHereAsync(job));
        }

        cluster.AssertUnderstoodEachOther();
    }

    [UpgradeTheory]
    [InlineData(SiloVersion.Previous, SiloVersion.Current, SiloVersion.Previous)]
    public async Task State_LeftByEachVersion_IsReadByTheNext(params SiloVersion[] versions)
    {
        await using var cluster = await MixedCluster.StartAsync();
        var left = new List<Trace>();
        foreach (var version in versions)
        {
            var silo = await cluster.StartSiloAsync(version);
            using var client = new JobClient(silo.CreateClient());
            var user = new UpgradeUser(client);
            await user.WaitForWorkersAsync(1);

            foreach (var trace in left)
            {
                await trace.AssertReadableAsync(client);
            }

            left.Add(await Trace.LeaveAsync(client, $"{version}{left.Count}", TinyInput, WrongInput));
            Assert.Equal(0, await silo.StopAsync());
        }

        cluster.AssertUnderstoodEachOther();
    }

    private static SiloVersion Other(SiloVersion version) => version == SiloVersion.Previous ? SiloVersion.Current : SiloVersion.Previous;
}
