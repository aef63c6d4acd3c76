using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>A creation whose end nobody waited for leaves nothing that counts.</summary>
public sealed class BatchCreationTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 10, TimeSpan.Zero));
    private TestCluster _cluster = null!;
    private BatchUser _user = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));
        _user = new BatchUser(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Create_NeverKept_IsNobodysAndGoes()
    {
        var answer = await _user.List.CreateAsync(Creation(BatchIds.Create()));
        var batchId = answer.Batch!.BatchId;

        Assert.Equal((BatchOutcome.Done, true), (answer.Outcome, answer.Batch.IsProvisional));
        Assert.Null(await _user.Batch(batchId).GetAsync());
        Assert.Equal(BatchOutcome.UnknownBatch, (await _user.AppendAsync(batchId, "1")).Outcome);
        Assert.Equal(BatchOutcome.UnknownBatch, (await _user.List.FinalizeAsync(batchId, webhook: null)).Outcome);
        Assert.NotEmpty(await _cluster.FindInStoreAsync("tortoiseshell"));
        await Eventually.HoldsAsync(
            async () =>
            {
                _clock.Advance(Step);
                return (await _cluster.FindInStoreAsync(batchId)).Length == 0;
            },
            "the store knows nothing of it");
        Assert.Empty(await _cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Equal(BatchOutcome.UnknownBatch, (await _user.Batch(batchId).KeepAsync(TestCluster.User)).Outcome);
    }

    [Fact]
    public async Task Keep_InTime_LeavesABatchLikeAnyOther()
    {
        var batchId = (await _user.List.CreateAsync(Creation(BatchIds.Create()))).Batch!.BatchId;
        _clock.Advance(Step);

        Assert.Equal(BatchOutcome.UnknownBatch, (await _user.Batch(batchId).KeepAsync("eve")).Outcome);
        var kept = await _user.Batch(batchId).KeepAsync(TestCluster.User);
        Assert.Equal((BatchOutcome.Done, false), (kept.Outcome, kept.Batch!.IsProvisional));
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(Step);
        }

        Assert.Equal(BatchOutcome.Done, (await _user.AppendAsync(batchId, "1")).Outcome);
        Assert.Equal(2, (await _user.GetAsync(batchId)).Total);
    }

    [Fact]
    public async Task Cancel_Provisional_TakesItAwayAtOnce()
    {
        var batchId = (await _user.List.CreateAsync(Creation(BatchIds.Create()))).Batch!.BatchId;

        await _user.Batch(batchId).CancelAsync(TestCluster.User);

        Assert.Empty(await _cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Empty(await _cluster.FindInStoreAsync("/batches/"));
        Assert.Empty(await _cluster.FindInStoreAsync("/batch-bytes/"));
    }

    [Fact]
    public async Task Create_TwiceUnderOneId_IsOneBatch()
    {
        var batchId = BatchIds.Create();

        await _user.List.CreateAsync(Creation(batchId));
        await _user.List.CreateAsync(Creation(batchId));
        await _user.Batch(batchId).KeepAsync(TestCluster.User);
        var third = await _user.List.CreateAsync(Creation(batchId));

        Assert.Equal((batchId, 1, false), (third.Batch!.BatchId, third.Batch.Total, third.Batch.IsProvisional));
        Assert.Equal(1, (await _user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 5 })).Total);
    }

    [Fact]
    public async Task Append_ThatComesAgain_AddsOnce()
    {
        var batchId = await _user.CreateAsync("1");
        var addition = Guid.NewGuid();

        var first = await _user.Batch(batchId).AppendAsync(TestCluster.User, Creation(batchId).Requests, addition);
        await _cluster.Orleans.DeactivateAsync(_user.Batch(batchId));
        var again = await _user.Batch(batchId).AppendAsync(TestCluster.User, Creation(batchId).Requests, addition);

        Assert.Equal((2, 2), (first.Batch!.Total, again.Batch!.Total));
    }

    private static BatchCreation Creation(string batchId) =>
        new() { UserId = TestCluster.User, BatchId = batchId, IsProvisional = true, Requests = [TestCluster.Submission("\"tortoiseshell\"")] };
}
