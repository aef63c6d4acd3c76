using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>What stays of jobs in memory that nobody needs there.</summary>
public sealed class IdleJobTests : IAsyncLifetime
{
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
    public async Task GetSnapshot_EndedJobPolledByMany_AllAreAnsweredByOneRead()
    {
        var jobId = await _cluster.SubmitAsync("1");
        await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);
        var before = _storage.Reads;

        var polls = Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(JobStatus.Cancelled, (await _cluster.Job(jobId).GetSnapshotAsync())?.Status);
            }
        });
        await Task.WhenAll(polls);

        Assert.InRange(_storage.Reads - before, 0, 1);
    }

    [Fact]
    public async Task Cancel_UnknownIds_LeaveTheMemoryAfterAMoment()
    {
        for (var batch = 0; batch < 20; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => _cluster.Job($"nothing-{batch}-{i}").CancelAsync(TestCluster.User, onlyIfQueued: false)));
        }

        await Eventually.HoldsAsync(async () => await CountAsync() <= 1000, "no more unknown jobs are kept than may be");
        _clock.Advance(TimeSpan.FromSeconds(7));

        await Eventually.HoldsAsync(async () => await CountAsync() == 0, "no unknown job is in memory");
    }

    [Fact]
    public async Task Submit_LargeInput_WaitsOutsideOfTheMemoryAndRuns()
    {
        var input = $"\"{new string('a', 100_000)}\"";
        var large = await _cluster.SubmitAsync(input);
        var small = await _cluster.SubmitAsync("1");

        _clock.Advance(TimeSpan.FromSeconds(7));

        await Eventually.HoldsAsync(async () => await CountAsync() == 1, "only the job with a small input is in memory");
        Assert.Equal(JobStatus.InQueue, (await _cluster.Job(large).GetSnapshotAsync())?.Status);
        Assert.Equal(JobStatus.InQueue, (await _cluster.Job(small).GetSnapshotAsync())?.Status);
    }

    [Fact]
    public async Task WaitForEnd_LargeInput_KeepsTheJobInMemory()
    {
        var jobId = await _cluster.SubmitAsync($"\"{new string('a', 100_000)}\"");
        var end = _cluster.Job(jobId).WaitForEndAsync(TimeSpan.FromSeconds(25));
        await _cluster.Job(jobId).GetSnapshotAsync();

        _clock.Advance(TimeSpan.FromSeconds(7));
        await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);

        Assert.Equal(JobStatus.Cancelled, (await end)?.Status);
        Assert.Equal(0, _storage.Reads);
    }

    private async Task<int> CountAsync() => (await _cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics())
        .Where(grain => grain.GrainType.Contains("JobGrain", StringComparison.Ordinal)).Sum(grain => grain.ActivationCount);
}
