using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class BatchPollTests
{
    [Fact]
    public async Task Get_UnknownBatchByMany_IsAlwaysAnswered()
    {
        await using var cluster = await TestCluster.StartAsync(options => options.HasWorkers = false);
        var batch = new BatchUser(cluster).Batch(BatchIds.Create());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 200; i++)
            {
                Assert.Null(await batch.GetAsync());
            }
        }));

        await Eventually.HoldsAsync(
            async () => (await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(batch)) is null, "nothing of it is in memory");
    }
}
