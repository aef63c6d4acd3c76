using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Contracts.Batches;
using RunPod.Grains.Batches;
using RunPod.Grains.Store;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class BatchBytesStoreTests
{
    private const string Endpoint = "sd";
    private const string User = "ada";

    [Theory]
    [InlineData(StoreKind.Embedded)]
    [InlineData(StoreKind.Redis)]
    public async Task Enter_FromTheFirstToTheLast_KeepsToTheLimitAndLeavesNothing(StoreKind kind)
    {
        using var folder = new TempFolder();
        using var redis = kind == StoreKind.Redis ? await RedisServer.StartAsync() : null;
        await using var store = await OpenStore.AtAsync(folder, redis?.ConnectionString);
        var keys = new StoreKeys(Options.Create(new ClusterOptions { ServiceId = "test" }));
        var bytes = new BatchBytes(store.Multiplexer, keys, Options.Create(new BatchOptions { MaxBytes = 5_000_000_000 }));

        Assert.True(await bytes.TryEnterAsync(Endpoint, User, "batch_1", 3_000_000_000));
        Assert.True(await bytes.TryEnterAsync(Endpoint, User, "batch_2", 2_000_000_000));
        Assert.False(await bytes.TryEnterAsync(Endpoint, User, "batch_2", 2_000_000_001));
        Assert.True(await bytes.TryEnterAsync(Endpoint, User, "batch_2", 2_000_000_000));
        Assert.True(await bytes.TryEnterAsync(Endpoint, "eve", "batch_3", 5_000_000_000));
        bytes.Lower(Endpoint, User, "batch_1", 2_999_999_999);
        Assert.True(await bytes.TryEnterAsync(Endpoint, User, "batch_4", 1));
        Assert.Equal(["batch_1", "batch_2", "batch_4"], (await bytes.SampleAsync(Endpoint, User)).Order());
        foreach (var batchId in (string[])["batch_1", "batch_4", "batch_2", "batch_5"])
        {
            bytes.Lower(Endpoint, User, batchId, 0);
        }

        Assert.Empty(await bytes.SampleAsync(Endpoint, User));
        Assert.False(await store.Multiplexer.GetDatabase().KeyExistsAsync(keys.BatchBytes(Endpoint, User)));
    }
}
