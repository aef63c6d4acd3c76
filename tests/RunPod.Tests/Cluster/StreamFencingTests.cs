using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Store;
using RunPod.Grains.Streams;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Cluster;

/// <summary>The test plays the worker, and streams for attempts that are lost, late or over.</summary>
public sealed class StreamFencingTests : IAsyncLifetime
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(2);

    // A silo of which the cluster knows nothing. It is younger than the others, else it would count as dead.
    private static readonly SiloAddress Elsewhere = SiloAddress.New(IPAddress.Parse("192.0.2.1"), 1, int.MaxValue);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestCluster _cluster = null!;
    private string _jobId = null!;
    private long _order;

    private IJobGrain Job => _cluster.Job(_jobId);

    private string Key => $"{TestCluster.Endpoint}/{_jobId}";

    private IServiceProvider Services => _cluster.Orleans.GetSiloServiceProvider();

    private JobStreams Store => Services.GetRequiredService<JobStreams>();

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));
        _jobId = await _cluster.SubmitAsync("1");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task DrainStream_AttemptLostMidway_BeginsAnewWithTheNextOne()
    {
        await BeginAsync("a");
        await StreamAsync(attempt: 1, number: 1, "11", "12");
        Assert.Equal(["11", "12"], await DrainAsync());
        await StreamAsync(attempt: 1, number: 2, "13");
        await LoseLeaseAsync();

        Assert.Equal(2, (await BeginAsync("b")).Start!.Attempt);
        await StreamAsync(attempt: 1, number: 3, "14");
        await StreamAsync(attempt: 2, number: 1, "21");

        Assert.Equal(["21"], await DrainAsync());
        Assert.Equal(2, (await Job.DrainStreamAsync(TestCluster.User))!.Attempt);
        Assert.False(await _cluster.Store.GetDatabase().KeyExistsAsync(KeyOf(2)));
        // What the lost attempt still wrote goes by itself.
        Assert.Equal(1, await Store.CountAsync(Key, 1));
        Assert.NotNull(await _cluster.Store.GetDatabase().KeyTimeToLiveAsync(KeyOf(1)));
    }

    [Fact]
    public async Task ReportProgress_LostOrEndedAttempt_ChangesNothing()
    {
        await BeginAsync("a");
        await Job.ReportProgressAsync(new AttemptProgress { Attempt = 1, Output = "1"u8.ToArray() });
        Assert.Equal("1"u8.ToArray(), (await Job.GetSnapshotAsync())?.Output);
        await LoseLeaseAsync();
        await BeginAsync("b");
        Assert.Null((await Job.GetSnapshotAsync())?.Output);

        await Job.ReportProgressAsync(new AttemptProgress { Attempt = 1, Output = "1"u8.ToArray() });
        Assert.Null((await Job.GetSnapshotAsync())?.Output);
        await Job.ReportProgressAsync(new AttemptProgress { Attempt = 2, Output = "2"u8.ToArray() });
        Assert.Equal("2"u8.ToArray(), (await Job.GetSnapshotAsync())?.Output);

        await Job.ReportAttemptAsync(new AttemptReport { Attempt = 2, Outcome = AttemptOutcome.Succeeded, Output = "3"u8.ToArray() });
        await Job.ReportProgressAsync(new AttemptProgress { Attempt = 2, Output = "2"u8.ToArray() });
        Assert.Equal("3"u8.ToArray(), (await Job.GetSnapshotAsync())?.Output);
    }

    [Fact]
    public async Task Expire_ChunksNeverTaken_LeavesNothing()
    {
        await BeginAsync("a");
        await StreamAsync(attempt: 1, number: 1, "11");
        await LoseLeaseAsync();
        await BeginAsync("b");
        await StreamAsync(attempt: 1, number: 2, "12");
        await StreamAsync(attempt: 2, number: 1, "21");
        await Job.ReportAttemptAsync(new AttemptReport { Attempt = 2, Outcome = AttemptOutcome.Succeeded, Output = "3"u8.ToArray() });
        Assert.Equal(4, (await _cluster.FindInStoreAsync(_jobId)).Count(key => key.Contains("/stream/", StringComparison.Ordinal)));

        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.True(await Job.ExpireAsync());

        Assert.DoesNotContain(await _cluster.FindInStoreAsync(_jobId), key => key.Contains("/stream/", StringComparison.Ordinal));
        Assert.Null(await Job.DrainStreamAsync(TestCluster.User));
    }

    private RedisKey KeyOf(int attempt) => Services.GetRequiredService<StoreKeys>().Stream(Key, attempt);

    private Task<long> StreamAsync(int attempt, long number, params string[] chunks) =>
        Store.AppendAsync(Key, attempt, number, [.. chunks.Select(chunk => (RedisValue)chunk)], KeptFor);

    private async Task<List<string>> DrainAsync() => ((JobStream[])[(await Job.DrainStreamAsync(TestCluster.User))!]).Texts();

    private async Task<AttemptDecision> BeginAsync(string worker)
    {
        var identity = new WorkerIdentity { GrainKey = GrainKeys.WorkerKey(Elsewhere, "cpu:0", 0) + worker, WorkerId = worker, Gpu = "CPU", Silo = Elsewhere };
        var assignment = await _cluster.Grains.Queue(TestCluster.Endpoint).TakeAsync(identity, ++_order);
        Assert.NotNull(assignment);
        return await Job.BeginAttemptAsync(new AttemptRequest { LeaseId = assignment.LeaseId, Worker = identity });
    }

    private async Task LoseLeaseAsync()
    {
        var queue = _cluster.Grains.Queue(TestCluster.Endpoint);
        _clock.Advance(TimeSpan.FromSeconds(31));
        while ((await queue.GetHealthAsync()).InProgress > 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
