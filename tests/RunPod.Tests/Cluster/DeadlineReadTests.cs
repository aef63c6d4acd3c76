using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class DeadlineReadTests
{
    [Fact]
    public async Task GetSnapshot_ManyAtTheDeadline_AllAreAnsweredAtOnce()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
        await using var cluster = await TestCluster.StartAsync(options => (options.Clock, options.HasWorkers) = (clock, false));
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.SubmitAsync("1", with: submission => submission with { TimeToLive = TimeSpan.FromSeconds(10) })));

        clock.Advance(TimeSpan.FromSeconds(11));

        // A grain that waits for itself would be answered by the 30 seconds of a grain call, with an exception.
        var reads = jobs.SelectMany(jobId => Enumerable.Range(0, 10).Select(_ => cluster.Job(jobId).GetSnapshotAsync()));
        var snapshots = await Task.WhenAll(reads).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.All(snapshots, snapshot => Assert.Equal(JobStatus.TimedOut, snapshot?.Status));
    }
}
