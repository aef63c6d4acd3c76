using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>A client's retry while the stores fail.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private readonly FaultyStorage _storage = new();
    private readonly FaultyObjectStore _files = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    private IQueueGrain Queue => _cluster.Grains.Queue(TestCluster.Endpoint);

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options =>
    {
        options.Clock = _clock;
        options.ConfigureSilo = (silo, _) =>
        {
            _storage.AddTo(silo);
            silo.Services.AddSingleton<IObjectStore>(_files);
        };
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Retry_FileStoreFails_RunsAgainAndEveryEndCountsOnce()
    {
        _files.OnDelete = _ => throw new ObjectStoreException("The file store does not answer.", "outage");
        var jobId = await FailAsync();

        var result = await _cluster.Job(jobId).RetryAsync(TestCluster.User);

        Assert.Equal(RetryOutcome.Requeued, result.Outcome);
        Assert.Equal(JobStatus.Failed, (await _cluster.EndOfAsync(jobId)).Status);
        Assert.Equal(2, _cluster.Model.Runs.Count);
        Assert.Equal(2, await FailedAsync());
    }

    [Fact]
    public async Task Retry_StateCannotBeWritten_StaysEndedAndIsNotCountedAgain()
    {
        var jobId = await FailAsync();
        _storage.BeforeWrite = () => throw new TimeoutException("The store did not answer.");

        await Assert.ThrowsAsync<TimeoutException>(() => _cluster.Job(jobId).RetryAsync(TestCluster.User));
        _storage.BeforeWrite = () => Task.CompletedTask;

        Assert.Equal(JobStatus.Failed, (await _cluster.Job(jobId).GetSnapshotAsync())?.Status);
        await _cluster.RunAsync("1");
        Assert.Equal(1, await FailedAsync());
        Assert.Equal(RetryOutcome.Requeued, (await _cluster.Job(jobId).RetryAsync(TestCluster.User)).Outcome);
        await _cluster.EndOfAsync(jobId);
        Assert.Equal(2, await FailedAsync());
    }

    [Fact]
    public async Task Retry_PlaceInTheQueueIsDroppedMeanwhile_GetsAnotherOne()
    {
        var jobId = await FailAsync();
        await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        await _cluster.Model.Begun.WaitAsync();
        _storage.BeforeWrite = async () =>
        {
            // The queue moved to another silo, whose worker asked an activation that does not know of the retry.
            _storage.BeforeWrite = () => Task.CompletedTask;
            await Queue.RemoveAsync(jobId, outcome: null);
            _clock.Advance(TimeSpan.FromSeconds(4));
        };

        await _cluster.Job(jobId).RetryAsync(TestCluster.User);

        Assert.Equal([jobId], await Queue.SelectWaitingAsync([jobId]));
    }

    private async Task<string> FailAsync()
    {
        var job = await _cluster.RunAsync("""{"fail":"why"}""");
        Assert.Equal(JobStatus.Failed, job.Status);
        return job.JobId;
    }

    private async Task<long> FailedAsync()
    {
        // The worker takes a job's entry out after the end is known.
        await Eventually.HoldsAsync(async () => await Queue.GetHealthAsync() is { InProgress: 0, InQueue: 0 }, "the queue is empty");
        return (await Queue.GetHealthAsync()).Failed;
    }
}
