using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>A list costs what it shows, however many batches are kept.</summary>
public sealed class BatchListTests : IAsyncLifetime
{
    private const int Ended = 40;

    private TestCluster _cluster = null!;
    private BatchUser _user = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(options => options.HasWorkers = false);
        _user = new BatchUser(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(BatchStatus.Draft, 1)]
    [InlineData(BatchStatus.Completed, 0)]
    [InlineData(BatchStatus.Cancelled, 5)]
    public async Task List_OfAState_ReadsNoBatchOfAnotherOne(BatchStatus status, int shown)
    {
        await EndAsync(Ended);
        await _user.CreateAsync("1");
        await DeactivateAsync();

        var page = await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 5, Status = status });

        Assert.Equal((shown, status == BatchStatus.Cancelled ? Ended : shown), (page.Batches.Length, (int)page.Total));
        Assert.All(page.Batches, batch => Assert.Equal(status, batch.Status));
        Assert.InRange(await BatchesInMemoryAsync(), 0, status == BatchStatus.Draft ? 1 : 0);
    }

    [Fact]
    public async Task List_OfAll_BringsNoneThatHasEndedIntoMemory()
    {
        var ended = await EndAsync(5);
        var draft = await _user.CreateAsync("1");
        await DeactivateAsync();

        var page = await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50 });

        Assert.Equal(ended.Append(draft).Reverse(), page.Batches.Select(batch => batch.BatchId));
        Assert.InRange(await BatchesInMemoryAsync(), 0, 1);
    }

    [Fact]
    public async Task List_BatchesOfThePreviousVersion_AreFoundByTheirState()
    {
        // It knows no sets of final states.
        var ended = await EndAsync(3);
        await _cluster.Store.GetDatabase().KeyDeleteAsync(Assert.Single(await _cluster.FindInStoreAsync("ended-batches")));

        var page = await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50, Status = BatchStatus.Cancelled });

        Assert.Equal(ended.AsEnumerable().Reverse(), page.Batches.Select(batch => batch.BatchId));
        Assert.Equal(3, page.Total);
    }

    [Fact]
    public async Task List_EntryOfAStateThatWasNotReached_IsDropped()
    {
        // As after a crash between the entry and the end, and another end then.
        var batchId = (await EndAsync(1))[0];
        var store = _cluster.Store.GetDatabase();
        var cancelled = Assert.Single(await _cluster.FindInStoreAsync("ended-batches"));
        await store.SortedSetAddAsync(cancelled.Replace("CANCELLED", "COMPLETED", StringComparison.Ordinal), batchId, 1);

        var page = await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50, Status = BatchStatus.Completed });

        Assert.Empty(page.Batches);
        await Eventually.HoldsAsync(async () => (await _cluster.FindInStoreAsync("ended-batches")).Length == 1, "the entry is gone");
    }

    private async Task<List<string>> EndAsync(int count)
    {
        var ended = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ended.Add(await _user.CreateAsync());
            await _user.Batch(ended[^1]).CancelAsync(TestCluster.User);
        }

        return ended;
    }

    private Task DeactivateAsync() => Eventually.HoldsAsync(
        async () =>
        {
            await _cluster.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
            return await BatchesInMemoryAsync() == 0;
        },
        "no batch is in memory");

    private async Task<int> BatchesInMemoryAsync()
    {
        var statistics = await _cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(grains => grains.GrainType.Contains("BatchGrain", StringComparison.Ordinal)).Sum(grains => grains.ActivationCount);
    }
}
