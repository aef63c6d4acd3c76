using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class OrleansOnRedisTests : OrleansOnStoreTests
{
    private RedisServer _redis = null!;

    protected override async Task<object> OpenAsync(TempFolder folder)
    {
        _redis = await RedisServer.StartAsync();
        return await OpenStore.AtAsync(folder, _redis.ConnectionString);
    }

    protected override Task CloseAsync()
    {
        _redis.Dispose();
        return Task.CompletedTask;
    }
}
