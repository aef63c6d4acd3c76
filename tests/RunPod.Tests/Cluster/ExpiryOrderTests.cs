using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Cluster;

/// <summary>What cannot be expired, and what is due beside it.</summary>
public sealed class ExpiryOrderTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _log = [];
    private readonly FaultyObjectStore _files = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options =>
    {
        (options.HasWorkers, options.Clock) = (false, _clock);
        options.ConfigureSilo = (silo, _) =>
        {
            silo.Services.AddSingleton<IObjectStore>(_files);
            silo.Services.AddLogging(log => log.AddProvider(new CallbackLoggerProvider(_log.Enqueue)));
        };
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task TimeToLive_FileStoreHoldsADeletionUp_TimesOutInTime()
    {
        var stuck = new TaskCompletionSource();
        _files.OnDelete = _ => stuck.Task;
        var ended = await _cluster.SubmitAsync("1", with: submission => submission with { Retention = TimeSpan.FromSeconds(40) });
        var open = await _cluster.SubmitAsync("2", with: submission => submission with { TimeToLive = TimeSpan.FromSeconds(45) });
        await _cluster.Job(ended).CancelAsync(TestCluster.User, onlyIfQueued: false);
        var end = _cluster.Job(open).WaitForEndAsync(TimeSpan.FromMinutes(10));

        await AdvanceUntilAsync(TimeSpan.FromSeconds(50), () => Task.FromResult(end.IsCompleted));

        Assert.Equal(JobStatus.TimedOut, (await end)?.Status);
        stuck.SetResult();
    }

    [Fact]
    public async Task Retention_AThousandEntriesThatFailBefore_IsStillDeleted()
    {
        var jobId = await _cluster.SubmitAsync("1", with: submission => submission with { Retention = TimeSpan.FromSeconds(40) });
        await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);
        await EnterBrokenAsync(1000);

        await AdvanceUntilAsync(TimeSpan.FromMinutes(1), async () => (await _cluster.FindInStoreAsync(jobId)).Length == 0);

        Assert.Single(_log, message => message.Contains("will be tried again", StringComparison.Ordinal));
    }

    /// <summary>Enters keys that no grain has into the bucket that is there, before all others.</summary>
    private async Task EnterBrokenAsync(int count)
    {
        var store = _cluster.Store.GetDatabase();
        await foreach (var bucket in _cluster.Store.GetServers()[0].KeysAsync(pattern: "*/expiry/*"))
        {
            await store.SortedSetAddAsync(bucket, [.. Enumerable.Range(0, count).Select(i => new SortedSetEntry($"broken-{i}", i))]);
        }
    }

    private async Task AdvanceUntilAsync(TimeSpan time, Func<Task<bool>> condition)
    {
        for (var passed = TimeSpan.Zero; passed < time && !await condition(); passed += TimeSpan.FromMilliseconds(250))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        await Eventually.HoldsAsync(condition, "what was due has happened", TimeSpan.FromSeconds(5));
    }
}
