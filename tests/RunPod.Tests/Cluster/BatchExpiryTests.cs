using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class BatchExpiryTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private TestCluster _cluster = null!;
    private BatchUser _user = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(options =>
        {
            options.Clock = _clock;
            options.ConfigureSilo = (silo, _) => silo.Configure<BatchOptions>(batches => batches.Retention = TimeSpan.FromMinutes(10));
        });
        _user = new BatchUser(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Retention_PassedAfterTheEnd_LeavesNothing()
    {
        var batchId = await _user.CreateAsync(Enumerable.Repeat("\"tortoiseshell\"", 70));
        await _user.AppendAsync(batchId, "\"tortoiseshell\"");

        // As if the silo had died before it deleted the page that the second addition replaced.
        var page = Assert.Single(await _cluster.FindInStoreAsync("requests-2"));
        Assert.Empty(await _cluster.FindInStoreAsync("requests-1"));
        await _cluster.Store.GetDatabase().KeyCopyAsync(page, page.Replace("requests-2", "requests-1", StringComparison.Ordinal));
        await _user.FinalizeAsync(batchId);
        await _user.EndOfAsync(batchId, () => _clock.Advance(Step));
        var uuid = batchId["batch_".Length..];

        await AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(71, (await _user.RequestsAsync(batchId)).Count);
        Assert.NotEmpty(await _cluster.FindInStoreAsync(uuid));
        Assert.NotEmpty(await _cluster.FindInStoreAsync("tortoiseshell"));
        await AdvanceUntilAsync(TimeSpan.FromMinutes(3), async () => (await _cluster.FindInStoreAsync(uuid)).Length == 0);

        Assert.Empty(await _cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Null(await _user.Batch(batchId).GetAsync());
        Assert.Equal(0, (await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50 })).Total);
    }

    [Fact]
    public async Task Retention_DraftThatIsTouched_StaysThatMuchLonger()
    {
        var touched = await _user.CreateAsync("\"one\"");
        var forgotten = await _user.CreateAsync("\"two\"");
        await AdvanceAsync(TimeSpan.FromMinutes(8));

        await _user.Batch(touched).RenameAsync(TestCluster.User, "kept");
        await AdvanceUntilAsync(TimeSpan.FromMinutes(4), async () => (await _cluster.FindInStoreAsync(forgotten)).Length == 0);

        Assert.Equal("kept", (await _user.GetAsync(touched)).Name);
        await AdvanceUntilAsync(TimeSpan.FromMinutes(9), async () => (await _cluster.FindInStoreAsync(touched)).Length == 0);
        Assert.Empty(await _cluster.FindInStoreAsync("\"one\""));
    }

    [Fact]
    public async Task Run_NotesOfAJobLost_TheBatchAsks()
    {
        var batchId = await _user.CreateAsync("\"told\"", "\"not told\"");

        // A job under the request's id that knows of no batch.
        var request = BatchIds.Request(batchId, 1);
        await _cluster.Job(request).SubmitAsync(TestCluster.Submission("""{"hold":true}"""));
        await _cluster.Model.Begun.WaitAsync();
        await _user.FinalizeAsync(batchId);
        _cluster.Model.Release();
        await _cluster.EndOfAsync(request);
        var batch = await _user.EndOfAsync(batchId, () => _clock.Advance(Step));

        Assert.Equal((BatchStatus.Completed, new BatchCounts(0, 2, 0, 0)), (batch.Status, batch.Counts));
        Assert.Equal(JobStatus.Completed, (await _user.RequestsAsync(batchId))[1].Status);
    }

    [Fact]
    public async Task Run_NobodyCalls_TheExpiryIndexWakesIt()
    {
        var batchId = await _user.CreateAsync("""{"hold":true}""", "2");
        await _user.FinalizeAsync(batchId);
        await _cluster.Model.Begun.WaitAsync();

        // All silos go, and with them every activation, timer and note; the store alone knows of the batch.
        await _cluster.Orleans.RestartSiloAsync(_cluster.Orleans.Silos[0]);
        _cluster.Model.Release();
        var first = _cluster.Job(BatchIds.Request(batchId, 0));
        await AdvanceUntilAsync(TimeSpan.FromMinutes(5), async () => (await _cluster.FindInStoreAsync("active-batches")).Length == 0);

        Assert.Equal(JobStatus.Completed, (await first.GetSnapshotAsync())?.Status);
        Assert.Equal(new BatchCounts(0, 2, 0, 0), (await _user.GetAsync(batchId)).Counts);
    }

    private Task AdvanceAsync(TimeSpan time) => AdvanceUntilAsync(time, () => Task.FromResult(false), mustHold: false);

    /// <summary>Advances in steps short enough for every timer until the condition holds, or the time is over.</summary>
    private async Task AdvanceUntilAsync(TimeSpan time, Func<Task<bool>> condition, bool mustHold = true)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            _clock.Advance(Step);

            // Real time for the grains to do what the timers started.
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            if (await condition())
            {
                return;
            }
        }

        Assert.True(!mustHold || await condition(), $"It did not happen within {time}.");
    }
}
