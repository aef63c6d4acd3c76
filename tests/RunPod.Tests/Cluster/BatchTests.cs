using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class BatchTests
{
    private const int Window = 10;

    [Fact]
    public async Task Finalize_300Requests_EachRunsOnceAndShowsItsResult()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);

        var batchId = await user.StartAsync(Inputs(0, 300));
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((BatchStatus.Completed, 300, new BatchCounts(0, 300, 0, 0)), (batch.Status, batch.Total, batch.Counts));
        Assert.Equal(Inputs(0, 300), cluster.Model.Runs.Select(run => run.Input).OrderBy(int.Parse));
        var requests = await user.RequestsAsync(batchId);
        Assert.Equal(300, requests.Select(request => request.RequestId).Distinct().Count());
        Assert.All(requests, request => Assert.True(request is { Status: JobStatus.Completed, StartedAt: not null, EndedAt: not null }));
        var job = await cluster.Job(requests[299].RequestId).GetSnapshotAsync();
        Assert.Equal("299", Encoding.UTF8.GetString(job!.Output!));
    }

    [Fact]
    public async Task Finalize_WorkerBusy_KeepsToItsWindowAndInteractiveJobsGoFirst()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();

        var batchId = await user.StartAsync(Inputs(0, 40));
        await Eventually.HoldsAsync(async () => (await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync()).InQueue == Window, "the window is open");
        var interactive = await cluster.SubmitAsync("\"interactive\"");
        cluster.Model.Release();
        await cluster.EndOfAsync(interactive);
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal(40, batch.Counts.Completed);
        Assert.Equal("\"interactive\"", cluster.Model.Runs.ElementAt(1).Input);
    }

    [Fact]
    public async Task Append_PagesOfAllSizes_KeepsOrderAndRemovals()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var large = $"\"{new string('x', 1_500_000)}\"";
        var batchId = await user.CreateAsync(Inputs(0, 63));
        await user.AppendAsync(batchId, "63");
        await user.AppendAsync(batchId, "64");
        await user.AppendAsync(batchId, Inputs(65, 135));
        await user.AppendAsync(batchId, large, "201");
        await user.AppendAsync(batchId);
        var before = await user.RequestsAsync(batchId, limit: 64);
        foreach (var removed in (int[])[0, 63, 64, 200])
        {
            Assert.Equal(BatchOutcome.Done, (await user.Batch(batchId).RemoveRequestAsync(TestCluster.User, before[removed].RequestId)).Outcome);
        }

        Assert.Equal(BatchOutcome.UnknownRequest, (await user.Batch(batchId).RemoveRequestAsync(TestCluster.User, before[0].RequestId)).Outcome);
        await user.FinalizeAsync(batchId);
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((202, 198), (before.Count, batch.Total));
        var after = await user.RequestsAsync(batchId, limit: 7);
        Assert.Equal(before.Where((_, i) => i is not (0 or 63 or 64 or 200)).Select(request => request.RequestId), after.Select(request => request.RequestId));
        foreach (var number in (int[])[1, 62, 65, 199, 201])
        {
            var job = await cluster.Job(before[number].RequestId).GetSnapshotAsync();
            Assert.Equal(number.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(job!.Output!));
        }

        Assert.Equal(198, cluster.Model.Runs.Count);
    }

    [Fact]
    public async Task Cancel_WhileOneRuns_CancelsTheOthersAtOnceAndDrains()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batchId = await user.StartAsync(Enumerable.Repeat("""{"hold":true}""", 40));
        await cluster.Model.Begun.WaitAsync();
        await Eventually.HoldsAsync(async () => (await user.GetAsync(batchId)).Counts.InProgress == 1, "the batch knows of the running request");

        var answer = await user.Batch(batchId).CancelAsync(TestCluster.User);
        var health = await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync();
        var running = await user.RequestsAsync(batchId, JobStatus.InProgress);
        cluster.Model.Release();
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((BatchStatus.Finalized, new BatchCounts(1, 0, 39, 39)), (answer.Batch!.Status, answer.Batch.Counts));
        Assert.Equal((0, 1), (health.InQueue, health.InProgress));
        Assert.Single(running);
        Assert.Equal((BatchStatus.Cancelled, 40, new BatchCounts(0, 1, 39, 39)), (batch.Status, batch.Total, batch.Counts));
        Assert.Equal(39, (await user.RequestsAsync(batchId, JobStatus.Cancelled)).Count);
        Assert.Single(cluster.Model.Runs);
        Assert.Equal(BatchStatus.Cancelled, (await user.Batch(batchId).CancelAsync(TestCluster.User)).Batch!.Status);
        Assert.Equal(BatchOutcome.NotDraft, (await user.List.FinalizeAsync(batchId, webhook: null)).Outcome);
    }

    [Fact]
    public async Task Cancel_Draft_EndsIt()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batchId = await user.CreateAsync(Inputs(0, 3));

        var batch = (await user.Batch(batchId).CancelAsync(TestCluster.User)).Batch!;

        Assert.Equal((BatchStatus.Cancelled, new BatchCounts(0, 0, 3, 3)), (batch.Status, batch.Counts));
        Assert.Equal(BatchOutcome.NotDraft, (await user.AppendAsync(batchId, "4")).Outcome);
        Assert.All(await user.RequestsAsync(batchId), request => Assert.True(request is { Status: JobStatus.Cancelled, HasJob: false }));
    }

    [Fact]
    public async Task Run_FailuresAndCancelledRequests_AddUpToTheTotal()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        await cluster.SubmitAsync("""{"hold":true}""");
        await cluster.Model.Begun.WaitAsync();
        var batchId = await user.StartAsync("1", """{"fail":"no"}""", "3", "4");
        await Eventually.HoldsAsync(async () => (await cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync()).InQueue == 4, "all are queued");
        var requests = await user.RequestsAsync(batchId);

        await cluster.Job(requests[3].RequestId).CancelAsync(TestCluster.User, onlyIfQueued: false);
        cluster.Model.Release();
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((BatchStatus.Completed, new BatchCounts(0, 2, 2, 1)), (batch.Status, batch.Counts));
        Assert.Equal(
            [JobStatus.Completed, JobStatus.Failed, JobStatus.Completed, JobStatus.Cancelled],
            (await user.RequestsAsync(batchId)).Select(request => request.Status));
    }

    [Fact]
    public async Task Run_QueueFull_GoesOnWhenThereIsRoom()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.Models.Add("broken", "broken"));
        var user = new BatchUser(cluster, endpoint: "broken");
        var queue = cluster.Grains.Queue("broken");

        // Nobody serves the endpoint, so 50 of the window's 100 find a place.
        var batchId = await user.StartAsync(Inputs(0, 120));
        await Eventually.HoldsAsync(async () => (await queue.GetHealthAsync()).InQueue == 50, "the queue is full");
        var waiting = (await user.RequestsAsync(batchId)).ToAsyncEnumerable().Where(async (request, _) => await cluster.Job(request.RequestId, "broken").GetSnapshotAsync() is not null);
        await foreach (var request in waiting.Take(20))
        {
            await cluster.Job(request.RequestId, "broken").CancelAsync(TestCluster.User, onlyIfQueued: true);
        }

        await Eventually.HoldsAsync(async () => (await queue.GetHealthAsync()).InQueue == 50, "the queue is full again");
        await Eventually.HoldsAsync(async () => (await user.GetAsync(batchId)).Counts.Cancelled == 20, "the batch knows of the cancelled ones");
        var answer = await user.Batch(batchId).CancelAsync(TestCluster.User);

        Assert.Equal((BatchStatus.Cancelled, new BatchCounts(0, 0, 120, 120)), (answer.Batch!.Status, answer.Batch.Counts));
        Assert.Equal(0, (await queue.GetHealthAsync()).InQueue);
    }

    [Fact]
    public async Task Run_ActivationGoesMidway_GoesOnFromTheStore()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batchId = await user.StartAsync(Inputs(0, 200));
        for (var round = 0; round < 10; round++)
        {
            await cluster.Model.Begun.WaitAsync();
            await user.Batch(batchId).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        }

        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((BatchStatus.Completed, new BatchCounts(0, 200, 0, 0)), (batch.Status, batch.Counts));
        Assert.Equal(Inputs(0, 200), cluster.Model.Runs.Select(run => run.Input).OrderBy(int.Parse));
    }

    [Fact]
    public async Task Run_SiloKilled_EveryRequestHasOneResult()
    {
        await using var cluster = await StartAsync(options => options.Silos = 2);
        var user = new BatchUser(cluster);
        var batches = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => user.StartAsync(Inputs(i * 50, 50))));
        for (var i = 0; i < 40; i++)
        {
            await cluster.Model.Begun.WaitAsync();
        }

        await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos[1]);
        foreach (var batchId in batches)
        {
            var batch = await user.EndOfAsync(batchId);
            Assert.Equal((BatchStatus.Completed, new BatchCounts(0, 50, 0, 0)), (batch.Status, batch.Counts));
        }

        // The killed silo's slot may have been at one request, which then ran twice.
        Assert.Equal(Inputs(0, 300), cluster.Model.Runs.Select(run => run.Input).Distinct().OrderBy(int.Parse));
        Assert.InRange(cluster.Model.Runs.Count, 300, 301);
    }

    [Fact]
    public async Task Finalize_PageLost_FailsTheBatch()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batchId = await user.CreateAsync(Inputs(0, 100));
        var key = Assert.Single(await cluster.FindInStoreAsync("requests-1"));
        await cluster.Store.GetDatabase().KeyDeleteAsync(key);

        await user.FinalizeAsync(batchId);
        var batch = await user.EndOfAsync(batchId);

        Assert.Equal((BatchStatus.Failed, 64, 36), (batch.Status, batch.Counts.Completed, batch.Counts.Failed));
        Assert.Contains("lost", batch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_WithWebhook_IsToldOnceWithTheCounts()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var completed = await user.CreateAsync("1", """{"fail":"no"}""");
        var cancelled = await user.CreateAsync("1");

        await user.List.FinalizeAsync(completed, receiver.Url);
        var batch = await user.EndOfAsync(completed);
        await user.Batch(cancelled).CancelAsync(TestCluster.User);
        var message = Assert.Single(await receiver.WaitForAsync(1));

        Assert.Equal($"msg_{completed}", message.MessageId);
        Assert.Equal(
            $$"""{"id":"{{completed}}","endpointId":"test","status":"COMPLETED","requestTotal":2,"requestInProgress":0,"requestCompleted":1,"requestFailed":1,"createdAt":{{batch.CreatedAt.ToUnixTimeMilliseconds()}},"finalizedAt":{{batch.FinalizedAt!.Value.ToUnixTimeMilliseconds()}},"endedAt":{{batch.EndedAt!.Value.ToUnixTimeMilliseconds()}}}""",
            message.Text);
        await Eventually.HoldsAsync(async () => (await cluster.FindInStoreAsync("/outbox/")).Length == 0, "the outbox is empty");
    }

    [Fact]
    public async Task Create_BeyondTheLimits_IsRefused()
    {
        await using var cluster = await StartAsync(options: batches => (batches.MaxRequests, batches.MaxActive, batches.MaxQueued) = (5, 2, 7), configure: options => options.HasWorkers = false);
        var user = new BatchUser(cluster);

        Assert.Equal(BatchOutcome.TooManyRequests, (await user.TryCreateAsync(Inputs(0, 6))).Outcome);
        var first = await user.CreateAsync(Inputs(0, 5));
        Assert.Equal(BatchOutcome.TooManyRequests, (await user.AppendAsync(first, "5")).Outcome);
        var second = await user.CreateAsync(Inputs(0, 3));
        Assert.Equal(BatchOutcome.TooManyBatches, (await user.TryCreateAsync("1")).Outcome);
        Assert.Equal(BatchOutcome.Done, (await new BatchUser(cluster, "eve").TryCreateAsync("1")).Outcome);

        await user.FinalizeAsync(first);
        Assert.Equal(BatchOutcome.TooManyQueued, (await user.List.FinalizeAsync(second, webhook: null)).Outcome);
        Assert.Equal(BatchStatus.Draft, (await user.GetAsync(second)).Status);
        await user.Batch(first).CancelAsync(TestCluster.User);
        await user.EndOfAsync(first);
        await user.FinalizeAsync(second);
        Assert.Equal(BatchOutcome.Done, (await user.TryCreateAsync("1")).Outcome);
    }

    [Fact]
    public async Task List_ManyBatches_NewestFirstByState()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batches = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            batches.Add(await user.CreateAsync("1"));
        }

        await user.Batch(batches[1]).CancelAsync(TestCluster.User);
        await user.Batch(batches[4]).CancelAsync(TestCluster.User);

        var page = await user.List.ListAsync(new BatchListQuery { Offset = 1, Limit = 3 });
        var cancelled = await user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 50, Status = BatchStatus.Cancelled });
        var drafts = await user.List.ListAsync(new BatchListQuery { Offset = 2, Limit = 50, Status = BatchStatus.Draft });

        Assert.Equal((6L, 4L), (page.Total, drafts.Total));
        Assert.Equal([batches[4], batches[3], batches[2]], page.Batches.Select(batch => batch.BatchId));
        Assert.Equal([batches[4], batches[1]], cancelled.Batches.Select(batch => batch.BatchId));
        Assert.Equal([batches[2], batches[0]], drafts.Batches.Select(batch => batch.BatchId));
    }

    [Fact]
    public async Task AnyOperation_SomebodyElsesBatch_IsUnknown()
    {
        await using var cluster = await StartAsync();
        var user = new BatchUser(cluster);
        var batchId = await user.CreateAsync("1");
        var batch = user.Batch(batchId);

        Assert.Equal(BatchOutcome.UnknownBatch, (await batch.AppendAsync("eve", [])).Outcome);
        Assert.Equal(BatchOutcome.UnknownBatch, (await batch.RemoveRequestAsync("eve", BatchIds.Request(batchId, 0))).Outcome);
        Assert.Equal(BatchOutcome.UnknownBatch, (await batch.RenameAsync("eve", "mine")).Outcome);
        Assert.Equal(BatchOutcome.UnknownBatch, (await batch.CancelAsync("eve")).Outcome);
        Assert.Equal(BatchOutcome.UnknownBatch, (await new BatchUser(cluster, "eve").List.FinalizeAsync(batchId, webhook: null)).Outcome);
        Assert.Null(await batch.ListRequestsAsync("eve", new BatchRequestQuery { Offset = 0, Limit = 1 }));
        Assert.Equal(BatchOutcome.UnknownBatch, (await user.Batch(BatchIds.Create()).CancelAsync(TestCluster.User)).Outcome);
    }

    private static string[] Inputs(int from, int count) => [.. Enumerable.Range(from, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static Task<TestCluster> StartAsync(Action<TestClusterOptions>? configure = null, Action<BatchOptions>? options = null) => TestCluster.StartAsync(cluster =>
    {
        configure?.Invoke(cluster);
        cluster.ConfigureSilo = (silo, _) => silo.Services.Configure<BatchOptions>(batches =>
        {
            batches.Window = Window;
            options?.Invoke(batches);
        });
    });
}
