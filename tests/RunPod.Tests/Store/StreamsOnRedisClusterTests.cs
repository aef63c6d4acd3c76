using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

public sealed class StreamsOnRedisClusterTests
{
    [Fact]
    public async Task Delete_SeveralAttempts_UnlinksEachOnItsOwnSlot()
    {
        using var redis = await RedisServer.StartAsync("--cluster-enabled", "yes");
        await using (var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true"))
        {
            await admin.GetServers()[0].ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            await Eventually.HoldsAsync(
                async () => ((string?)await admin.GetServers()[0].ExecuteAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok", StringComparison.Ordinal), "the cluster is up");
        }

        await using var store = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        var streams = StreamWriterVictim.Open(store);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await streams.AppendAsync("endpoint/job", attempt, 1, ["1"], TimeSpan.FromHours(1));
        }

        await streams.DeleteAsync("endpoint/job", 3);

        var counts = await Task.WhenAll(Enumerable.Range(1, 4).Select(attempt => streams.CountAsync("endpoint/job", attempt)));
        Assert.Equal([0L, 0L, 0L, 1L], counts);

        // Memory is freed by the server's own thread, so that a large stream holds up nobody.
        var commands = (string?)await store.GetServers()[0].ExecuteAsync("INFO", "commandstats");
        Assert.Contains("cmdstat_unlink:calls=3,", commands, StringComparison.Ordinal);
        Assert.DoesNotContain("cmdstat_del:", commands, StringComparison.Ordinal);
    }
}
