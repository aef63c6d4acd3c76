using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>A job whose state could not be written gives up its memory; whoever waits on it must not keep the others from the next activation.</summary>
public sealed class FailedWriteTests : IAsyncLifetime
{
    // Far below what the waits take: on this clock they never end by themselves.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly FaultyStorage _storage = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options =>
    {
        (options.HasWorkers, options.Clock) = (false, _clock);
        options.ConfigureSilo = (silo, _) => _storage.AddTo(silo);
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Cancel_WriteFailsWhileOthersWait_TheyAreAnsweredAndSoIsTheNextCall()
    {
        var jobId = await _cluster.SubmitAsync("1");
        var end = _cluster.Job(jobId).WaitForEndAsync(TimeSpan.FromSeconds(25));
        var stream = _cluster.Job(jobId).WaitForStreamAsync(TimeSpan.FromSeconds(25), CancellationToken.None);
        await _cluster.Job(jobId).GetSnapshotAsync();
        _storage.BeforeWrite = () => throw new TimeoutException("The store did not answer.");

        await Assert.ThrowsAsync<TimeoutException>(() => _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false));
        _storage.BeforeWrite = () => Task.CompletedTask;

        Assert.Equal(JobStatus.InQueue, (await _cluster.Job(jobId).GetSnapshotAsync().WaitAsync(Soon))?.Status);
        Assert.Equal(JobStatus.InQueue, (await end.WaitAsync(Soon))?.Status);
        await stream.WaitAsync(Soon);
        Assert.Equal(CancelOutcome.Cancelled, (await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false)).Outcome);
    }
}
