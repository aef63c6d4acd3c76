using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>Low-priority jobs among normal ones, on one worker.</summary>
public sealed class PriorityTests
{
    [Fact]
    public async Task LowPriority_NormalJobsComeLater_RunsAfterAllOfThem()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        var low = await cluster.SubmitAsync("\"low\"", with: Low);
        foreach (var input in (string[])["1", "2", "3"])
        {
            await cluster.SubmitAsync(input);
        }

        cluster.Model.Release();
        await cluster.EndOfAsync(low);

        Assert.Equal(["1", "2", "3", "\"low\""], cluster.Model.Runs.Skip(1).Select(run => run.Input));
    }

    [Fact]
    public async Task LowPriority_AfterARestart_IsStillBehind()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.Silos = 2);
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        await cluster.Model.Begun.WaitAsync();
        var low = await cluster.SubmitAsync("\"low\"", with: Low);
        await cluster.SubmitAsync("1");

        // The other silo reads the queue from the store.
        var home = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(cluster.Grains.Queue(TestCluster.Endpoint));
        await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos.Single(silo => silo.SiloAddress.Equals(home)));
        cluster.Model.Release();
        await cluster.EndOfAsync(low);

        Assert.Equal(["1", "\"low\""], cluster.Model.Runs.Select(run => run.Input).Where(input => !input.Contains("hold", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LowPriority_NormalJobsNeverStop_GoesAfterThePatience()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
        await using var cluster = await TestCluster.StartAsync(options => options.Clock = clock);
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        var low = await cluster.SubmitAsync("\"low\"", with: Low);
        clock.Advance(TimeSpan.FromMinutes(5));
        await cluster.SubmitAsync("1");

        cluster.Model.Release();
        await cluster.EndOfAsync(low);

        Assert.Equal("\"low\"", cluster.Model.Runs.ElementAt(1).Input);
    }

    private static JobSubmission Low(JobSubmission submission) => submission with { LowPriority = true };
}
