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

        await _clock.PassAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(71, (await _user.RequestsAsync(batchId)).Count);
        Assert.NotEmpty(await _cluster.FindInStoreAsync(uuid));
        Assert.NotEmpty(await _cluster.FindInStoreAsync("tortoiseshell"));
        await _clock.PassAsync(TimeSpan.FromSeconds(50));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2), async () => (await _cluster.FindInStoreAsync(uuid)).Length == 0);

        Assert.Empty(await _cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Null(await _user.Batch(batchId).GetAsync());
        Assert.Equal(0, (await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50 })).Total);
    }

    [Fact]
    public async Task Retention_DraftThatIsTouched_StaysThatMuchLonger()
    {
        var touched = await _user.CreateAsync("\"one\"");
        var forgotten = await _user.CreateAsync("\"two\"");
        await _clock.PassAsync(TimeSpan.FromMinutes(8));

        await _user.Batch(touched).RenameAsync(TestCluster.User, "kept");
        await _clock.PassAsync(TimeSpan.FromSeconds(110));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2), async () => (await _cluster.FindInStoreAsync(forgotten)).Length == 0);

        Assert.Equal("kept", (await _user.GetAsync(touched)).Name);
        await _clock.PassAsync(TimeSpan.FromMinutes(7));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2), async () => (await _cluster.FindInStoreAsync(touched)).Length == 0);
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
        // Its job knows of no batch, so that not even a note calls.
        var batchId = await _user.CreateAsync("\"not told\"");
        await _cluster.Job(BatchIds.Request(batchId, 0)).SubmitAsync(TestCluster.Submission("""{"hold":true}"""));
        await _cluster.Model.Begun.WaitAsync();
        await _user.FinalizeAsync(batchId);
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(1), async () => (await _user.RequestsAsync(batchId)) is [{ HasJob: true }]);

        // Every activation and timer goes; the store alone knows of the batch.
        await _clock.PassUntilEndedAsync(_cluster.Orleans.RestartSiloAsync(_cluster.Orleans.Silos[0]));
        _cluster.Model.Release();
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(5), async () => (await _cluster.FindInStoreAsync("active-batches")).Length == 0);

        Assert.Equal(new BatchCounts(0, 1, 0, 0), (await _user.EndOfAsync(batchId)).Counts);
    }
}
