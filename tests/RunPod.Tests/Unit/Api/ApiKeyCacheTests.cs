using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RunPod.Api.Keys;
using RunPod.Contracts.Keys;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Unit.Api;

public sealed class ApiKeyCacheTests
{
    private const int Capacity = 100;

    private readonly FakeTimeProvider _clock = new();
    private readonly StubCluster _cluster = new();
    private readonly ApiKeyCache _keys;

    public ApiKeyCacheTests()
    {
        var options = Options.Create(new AuthenticationLimitOptions { CachedKeys = Capacity, FailuresPerAddress = int.MaxValue });
        _keys = new ApiKeyCache(_cluster.Grains, _clock, new FailureThrottle(options, _clock), options);
    }

    [Fact]
    public async Task AuthenticateAsync_RightKey_NamesTheUserAndAsksOnce()
    {
        var first = await _keys.AuthenticateAsync(_cluster.KeyText);
        var second = await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.Equal(StubCluster.User, first.Principal?.UserId());
        Assert.Same(first, second);
        Assert.Equal(1, _cluster.KeyReads);
    }

    [Fact]
    public async Task AuthenticateAsync_RevokedKey_IsOutWithinFiveSeconds()
    {
        await _keys.AuthenticateAsync(_cluster.KeyText);
        _cluster.Key = _cluster.Key with { RevokedAt = _clock.GetUtcNow() };

        _clock.Advance(TimeSpan.FromSeconds(4.9));
        var before = await _keys.AuthenticateAsync(_cluster.KeyText);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var after = await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.True(before.Succeeded);
        Assert.False(after.Succeeded);
    }

    [Fact]
    public async Task AuthenticateAsync_SlowAnswer_IsNotTrustedForLonger()
    {
        var answer = new TaskCompletionSource<ApiKeyInfo?>();
        _cluster.ReadKey = _ => answer.Task;
        var first = _keys.AuthenticateAsync(_cluster.KeyText);
        _clock.Advance(TimeSpan.FromSeconds(5));
        answer.SetResult(_cluster.Key);
        await first;

        await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.Equal(2, _cluster.KeyReads);
    }

    [Fact]
    public async Task AuthenticateAsync_UnknownKey_IsRememberedToo()
    {
        var unknown = ApiKeyFormat.Create();

        var first = await _keys.AuthenticateAsync(unknown);
        await _keys.AuthenticateAsync(unknown);

        Assert.NotNull(first.Failure);
        Assert.Equal(1, _cluster.KeyReads);
    }

    [Fact]
    public async Task AuthenticateAsync_ManyAtOnce_ShareOneCall()
    {
        var answer = new TaskCompletionSource<ApiKeyInfo?>();
        _cluster.ReadKey = _ => answer.Task;
        var asking = Enumerable.Range(0, 50).Select(_ => Task.Run(() => _keys.AuthenticateAsync(_cluster.KeyText))).ToArray();

        answer.SetResult(_cluster.Key);
        var results = await Task.WhenAll(asking);

        Assert.All(results, result => Assert.True(result.Succeeded));
        Assert.Equal(1, _cluster.KeyReads);
    }

    [Fact]
    public async Task AuthenticateAsync_Outage_IsNotRemembered()
    {
        var read = _cluster.ReadKey;
        _cluster.ReadKey = _ => Task.FromException<ApiKeyInfo?>(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => _keys.AuthenticateAsync(_cluster.KeyText));
        _cluster.ReadKey = read;

        var result = await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task AuthenticateAsync_ManyWrongKeys_StaysBounded()
    {
        for (var i = 0; i < 2 * Capacity; i++)
        {
            await _keys.AuthenticateAsync(ApiKeyFormat.Create());
        }

        Assert.InRange(_keys.Count, 1, Capacity);
    }

    [Fact]
    public async Task AuthenticateAsync_ManyWrongKeys_PushNoGoodKeyOut()
    {
        await _keys.AuthenticateAsync(_cluster.KeyText);
        for (var i = 0; i < 2 * Capacity; i++)
        {
            await _keys.AuthenticateAsync(ApiKeyFormat.Create());
        }

        var reads = _cluster.KeyReads;
        var result = await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.True(result.Succeeded);
        Assert.Equal(reads, _cluster.KeyReads);
    }

    [Fact]
    public async Task AuthenticateAsync_AnswerThatHangs_IsAskedForAgainAfterTheLifetime()
    {
        _cluster.ReadKey = _ => new TaskCompletionSource<ApiKeyInfo?>().Task;
        var hanging = _keys.AuthenticateAsync(_cluster.KeyText);
        _cluster.ReadKey = _ => Task.FromResult<ApiKeyInfo?>(_cluster.Key);
        _clock.Advance(ApiKeyCache.Lifetime);

        var result = await _keys.AuthenticateAsync(_cluster.KeyText);

        Assert.True(result.Succeeded);
        Assert.False(hanging.IsCompleted);
    }
}
