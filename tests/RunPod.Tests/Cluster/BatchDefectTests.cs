using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Batches;
using RunPod.Grains.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class BatchDefectTests
{
    [Fact]
    public async Task Run_JobWhoseStateCannotBeRead_HoldsUpNoOther()
    {
        await using var cluster = await TestCluster.StartAsync(options =>
        {
            options.HasWorkers = false;
            options.ConfigureSilo = (silo, _) => silo.Services.Configure<EndpointQueueOptions>(queue => queue.MinCapacity = 500);
        });
        var user = new BatchUser(cluster);
        var batchId = BatchIds.Create();
        await cluster.Job(BatchIds.Request(batchId, 0)).SubmitAsync(TestCluster.Submission("1"));
        await cluster.SpoilAsync(BatchIds.Request(batchId, 0));

        var requests = Enumerable.Repeat(TestCluster.Submission("1"), 70).ToArray();
        await user.List.CreateAsync(new BatchCreation { UserId = TestCluster.User, BatchId = batchId, Requests = requests });
        await user.FinalizeAsync(batchId);

        // The last ones are on another page than the first.
        await Eventually.HoldsAsync(async () => await cluster.Job(BatchIds.Request(batchId, 69)).GetSnapshotAsync() is not null, "the last request is a job");
        var answer = await user.Batch(batchId).CancelAsync(TestCluster.User);
        Assert.Equal(69, answer.Batch!.Counts.Cancelled);
    }
}
