using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>What a user's batches keep in the store is bounded, and goes as soon as nothing needs it.</summary>
public sealed class BatchBytesTests
{
    private const int Kept = 4096;

    // With what is counted for a request besides its input.
    private const int Large = 10_000;

    private static readonly string Input = $"\"{new string('x', Large - 64 - 2)}\"";

    [Fact]
    public async Task Cancel_Draft_LeavesNoneOfItsRequests()
    {
        await using var cluster = await StartAsync(maxBytes: 1 << 20);
        var user = new BatchUser(cluster);
        var batchId = await user.CreateAsync(Enumerable.Repeat("\"tortoiseshell\"", 200));
        Assert.NotEmpty(await cluster.FindInStoreAsync("tortoiseshell"));

        await user.Batch(batchId).CancelAsync(TestCluster.User);

        Assert.Empty(await cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Equal(200, (await user.RequestsAsync(batchId)).Count);
    }

    [Fact]
    public async Task End_OfARun_LeavesTheRequestsToTheirJobsAlone()
    {
        await using var cluster = await TestCluster.StartAsync();
        var user = new BatchUser(cluster);

        var batchId = await user.StartAsync(Enumerable.Repeat("\"tortoiseshell\"", 5));
        await user.EndOfAsync(batchId);

        await Eventually.HoldsAsync(async () => (await cluster.FindInStoreAsync("requests-0")).Length == 0, "the page is gone");
        Assert.Equal(5, (await cluster.FindInStoreAsync("tortoiseshell")).Length);
        await Eventually.HoldsAsync(async () => await CountedAsync(cluster) == Kept + (5 * (64 + 15)), "the jobs' inputs are counted");
    }

    [Fact]
    public async Task AnyAddition_TooManyBytes_IsRefusedAndLeavesNothingUntilThereIsRoom()
    {
        await using var cluster = await StartAsync((2 * Kept) + (3 * Large));
        var user = new BatchUser(cluster);
        var first = await user.CreateAsync(Input, Input);
        var second = await user.CreateAsync(Input);

        var appended = await user.AppendAsync(second, "\"tortoiseshell\"");
        var created = await user.TryCreateAsync();
        Assert.Equal((BatchOutcome.TooManyBatches, (2 * Kept) + (3 * Large)), (appended.Outcome, (int)appended.MaxBytes));
        Assert.Equal((BatchOutcome.TooManyBatches, (2 * Kept) + (3 * Large)), (created.Outcome, (int)created.MaxBytes));
        Assert.Empty(await cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Equal(2, (await user.List.ListAsync(new BatchListQuery { Offset = 0, Limit = 5 })).Total);
        Assert.Equal(BatchOutcome.Done, (await new BatchUser(cluster, "eve").TryCreateAsync(Input)).Outcome);

        // No grain's memory counts.
        await cluster.Orleans.DeactivateAsync(user.Batch(second));
        Assert.Equal(BatchOutcome.TooManyBatches, (await user.AppendAsync(second, "1")).Outcome);

        await user.Batch(first).CancelAsync(TestCluster.User);
        Assert.Equal(BatchOutcome.Done, (await user.AppendAsync(second, Input, "1")).Outcome);
        Assert.Equal((2 * Kept) + (2 * Large) + 65, await CountedAsync(cluster));
        foreach (var request in await user.RequestsAsync(second))
        {
            await user.Batch(second).RemoveRequestAsync(TestCluster.User, request.RequestId);
        }

        Assert.Equal(2 * Kept, await CountedAsync(cluster));
    }

    [Fact]
    public async Task Append_ManyAtOnce_AreAcceptedToTheLimitExactly()
    {
        await using var cluster = await StartAsync((4 * Kept) + (5 * Large) + (Large / 2));
        var user = new BatchUser(cluster);
        var batches = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => user.CreateAsync()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => user.AppendAsync(batches[i % 4], Input)));

        Assert.Equal(5, answers.Count(answer => answer.Outcome == BatchOutcome.Done));
        Assert.Equal((4 * Kept) + (5 * Large), await CountedAsync(cluster));
    }

    [Fact]
    public async Task Create_BatchThatIsGoneIsCountedStill_IsForgotten()
    {
        await using var cluster = await StartAsync(Kept + Large);
        var user = new BatchUser(cluster);

        // As the previous version, which counts nothing, leaves it when it deletes a batch.
        await cluster.Store.GetDatabase().HashSetAsync(await KeyAsync(cluster, user), [new("total", Kept + Large), new("batch_gone", Kept + Large)]);

        await user.CreateAsync(Input);
        Assert.Equal(Kept + Large, await CountedAsync(cluster));
    }

    private static Task<TestCluster> StartAsync(long maxBytes) => TestCluster.StartAsync(options =>
    {
        options.HasWorkers = false;
        options.ConfigureSilo = (silo, _) => silo.Services.Configure<BatchOptions>(batches => batches.MaxBytes = maxBytes);
    });

    private static async Task<string> KeyAsync(TestCluster cluster, BatchUser user)
    {
        var batchId = await user.CreateAsync();
        var key = Assert.Single(await cluster.FindInStoreAsync("/batch-bytes/"));
        await user.Batch(batchId).CancelAsync(TestCluster.User);
        await cluster.Store.GetDatabase().KeyDeleteAsync(key);
        return key;
    }

    /// <summary>The sum, which is that of all batches.</summary>
    private static async Task<int> CountedAsync(TestCluster cluster)
    {
        var key = await cluster.Store.GetServers()[0].KeysAsync(pattern: $"*/batch-bytes/*/{TestCluster.User}").SingleAsync();
        var counted = await cluster.Store.GetDatabase().HashGetAllAsync(key);
        var total = (int)counted.Single(entry => entry.Name == "total").Value;
        Assert.Equal(total, counted.Where(entry => entry.Name != "total").Sum(entry => (int)entry.Value));
        return total;
    }
}
