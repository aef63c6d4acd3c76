using RunPod.Contracts;
using RunPod.Contracts.Keys;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class KeyTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => options.HasWorkers = false);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task CreateKey_NewKey_IsStoredAsAHashOnly()
    {
        var created = await _cluster.Grains.User("anna").CreateKeyAsync("laptop");

        var stored = await _cluster.Grains.ApiKey(created.Info.KeyId).GetAsync();
        Assert.Equal(("anna", "laptop"), (stored?.UserId, stored?.Name));
        Assert.Equal(ApiKeyFormat.Hash(created.Key), stored?.Hash);
        Assert.NotEmpty(await _cluster.FindInStoreAsync(created.Info.KeyId));
        Assert.Empty(await _cluster.FindInStoreAsync(created.Key[^20..]));
    }

    [Fact]
    public async Task CreateFirstKey_Twice_MakesOne()
    {
        Assert.NotNull(await _cluster.Grains.User("local").CreateFirstKeyAsync("first"));
        Assert.Null(await _cluster.Grains.User("local").CreateFirstKeyAsync("first"));
    }

    [Fact]
    public async Task RevokeKey_OwnKey_IsMarkedAndListed()
    {
        var user = _cluster.Grains.User("anna");
        var created = await user.CreateKeyAsync("old");
        await user.CreateKeyAsync("new");

        Assert.True(await user.RevokeKeyAsync(created.Info.KeyId));
        Assert.False(await user.RevokeKeyAsync("unknown"));
        Assert.False(await _cluster.Grains.User("eve").RevokeKeyAsync(created.Info.KeyId));

        Assert.Equal([("old", true), ("new", false)], (await user.ListKeysAsync()).Select(key => (key.Name, key.RevokedAt is not null)));
    }
}
