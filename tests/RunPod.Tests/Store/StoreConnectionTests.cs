using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Objects;
using RunPod.Silo.Store;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class StoreConnectionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_WithoutConnectionString_EmbedsAStoreUnderTheDataFolder()
    {
        await using var store = await OpenStore.AtAsync(_folder);

        Assert.True(store.IsEmbedded);
        Assert.Equal(_folder.Combine("data"), store.DataFolder);
        Assert.Equal(store.ConnectionString, EmbeddedStore.TryReadRunning(store.DataFolder));
    }

    [Fact]
    public async Task Dispose_EmbeddedStore_FreesTheFolder()
    {
        await using (var store = await OpenStore.AtAsync(_folder))
        {
            await store.Multiplexer.GetDatabase().StringSetAsync("key", "value");
        }

        await using var again = await OpenStore.AtAsync(_folder);

        Assert.Equal("value", await again.Multiplexer.GetDatabase().StringGetAsync("key"));
    }

    [Fact]
    public async Task Open_RedisStartsLater_WaitsAndSaysSo()
    {
        using var redis = RedisServer.NotStarted();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new CallbackLoggerProvider(message =>
        {
            if (message.Contains($"Waiting for Redis at 127.0.0.1:{redis.Port}", StringComparison.Ordinal))
            {
                waiting.TrySetResult();
            }
        })));

        var opening = OpenStore.AtAsync(_folder, redis.ConnectionString, loggers);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await redis.StartAsync();
        await using var store = await opening;

        Assert.False(store.IsEmbedded);
        Assert.True(await store.Multiplexer.GetDatabase().StringSetAsync("key", "value"));
    }

    [Fact]
    public async Task Open_RedisNeverStarts_EndsWhenCancelled()
    {
        using var redis = RedisServer.NotStarted();
        using var cancellation = new CancellationTokenSource();

        var opening = OpenStore.AtAsync(_folder, redis.ConnectionString, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    [InlineData(",user=nobody,password=secret")]
    public async Task Open_CredentialsRefused_SaysWhatToSet(string credentials)
    {
        using var redis = await RedisServer.StartAsync("--requirepass", "secret");

        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenStore.AtAsync(_folder, redis.ConnectionString + credentials));

        Assert.Contains("ConnectionStrings:redis", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_UserWithoutRights_SaysWhichToGive()
    {
        using var redis = await RedisServer.StartAsync("--user", "reader", "on", ">secret", "~*", "+@read", "+@connection");

        var exception = await Assert.ThrowsAsync<StoreException>(() => OpenStore.AtAsync(_folder, redis.ConnectionString + ",user=reader,password=secret"));

        Assert.Contains("too few rights", exception.Message, StringComparison.Ordinal);
        Assert.Contains("~runpod/*", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TlsOfAPrivateAuthority_ConnectsIfItIsNamed()
    {
        using var authority = new TestAuthority();
        using var redis = await RedisServer.StartAsync(["--requirepass", "secret", .. authority.RedisArguments(out var port)]);
        var connectionString = $"localhost:{port},password=secret,ssl=true";

        var refused = await Assert.ThrowsAsync<StoreException>(() => OpenStore.AtAsync(_folder, connectionString));
        await using var store = await OpenStore.AtAsync(_folder, connectionString, settings: [("Store:CertificateAuthority", authority.Path)]);

        Assert.Contains("is not trusted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Store:CertificateAuthority", refused.Message, StringComparison.Ordinal);
        Assert.True(await store.Multiplexer.GetDatabase().StringSetAsync("key", "value"));
    }

    [Fact]
    public async Task Open_TlsUnderAnotherName_SaysSo()
    {
        using var authority = new TestAuthority();
        using var redis = await RedisServer.StartAsync(authority.RedisArguments(out var port));

        var exception = await Assert.ThrowsAsync<StoreException>(
            () => OpenStore.AtAsync(_folder, $"localhost:{port},ssl=true,sslHost=other", settings: [("Store:CertificateAuthority", authority.Path)]));

        Assert.Contains("sslHost=NAME", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RightPassword_Connects()
    {
        using var redis = await RedisServer.StartAsync("--requirepass", "secret");

        await using var store = await OpenStore.AtAsync(_folder, redis.ConnectionString + ",password=secret");

        Assert.True(await store.Multiplexer.GetDatabase().StringSetAsync("key", "value"));
    }

    [Fact]
    public async Task Multiplexer_RedisKilledAndStartedAgain_Reconnects()
    {
        using var redis = await RedisServer.StartAsync();
        await using var store = await OpenStore.AtAsync(_folder, redis.ConnectionString);
        var database = store.Multiplexer.GetDatabase();
        await database.StringSetAsync("key", "value");

        redis.Kill();
        await redis.StartAsync();

        await Eventually.HoldsAsync(() => store.Multiplexer.IsConnected, "the connection comes back");
        Assert.Equal("value", await database.StringGetAsync("key"));
    }

    [Theory]
    [InlineData("Store:DataFolder", " ")]
    [InlineData("Store:EmbeddedMemory", "much")]
    [InlineData("Store:EmbeddedLogLimit", "1k")]
    [InlineData("Store:ConnectTimeout", "00:00:00")]
    [InlineData("ConnectionStrings:redis", "password=only")]
    [InlineData("ConnectionStrings:redis", "host,nonsense=1")]
    [InlineData("Store:CertificateAuthority", "/nowhere.pem")]
    public async Task Open_SettingInvalid_NamesIt(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:redis"] = setting == "Store:CertificateAuthority" ? "localhost,ssl=true" : null, [setting] = value }).Build();

        var exception = await Assert.ThrowsAsync<StoreException>(
            () => StoreConnection.OpenAsync(configuration, _folder.Path, NullLoggerFactory.Instance, CancellationToken.None));

        Assert.Contains(setting, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UrlSigningKey_SeveralReadersAndARestart_AllSeeOneKey()
    {
        byte[][] keys;
        await using (var store = await OpenStore.AtAsync(_folder))
        {
            keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await StoredUrlSigningKey.ReadOrCreateAsync(store.Multiplexer, "service")).Value));
        }

        await using var restarted = await OpenStore.AtAsync(_folder);
        var afterRestart = await StoredUrlSigningKey.ReadOrCreateAsync(restarted.Multiplexer, "service");
        var other = await StoredUrlSigningKey.ReadOrCreateAsync(restarted.Multiplexer, "other");

        Assert.All(keys, key => Assert.Equal(afterRestart.Value, key));
        Assert.NotEqual(afterRestart.Value, other.Value);
    }
}
