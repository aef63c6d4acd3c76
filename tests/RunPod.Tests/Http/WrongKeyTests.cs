using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Keys;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

/// <summary>Wrong keys cost little, and nobody else pays.</summary>
public sealed class WrongKeyTests
{
    private const int Limit = 3;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task AnyRequest_ManyGuessedKeys_Answers429WithoutALookUp()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < Limit; i++)
        {
            using var rejected = await SendAsync(api, ApiKeyFormat.Create());
            await rejected.AssertErrorAsync(401, "invalid_api_key");
        }

        using var response = await SendAsync(api, ApiKeyFormat.Create());

        await response.AssertErrorAsync(429, "too_many_wrong_keys");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(Limit, api.Cluster.KeyReads);
    }

    [Fact]
    public async Task AnyRequest_WindowIsOver_AddressBeginsAnew()
    {
        await using var api = await StartAsync();
        await GuessAsync(api, Limit + 1);

        _clock.Advance(TimeSpan.FromMinutes(1));
        using var response = await SendAsync(api, ApiKeyFormat.Create());

        await response.AssertErrorAsync(401, "invalid_api_key");
    }

    [Fact]
    public async Task AnyRequest_GoodKeyFromAnAddressThatGuesses_Passes()
    {
        await using var api = await StartAsync();
        using var before = await SendAsync(api, api.Cluster.KeyText);
        await GuessAsync(api, 3 * Limit);

        // What was known of it is too old, so that it is looked up again.
        _clock.Advance(TimeSpan.FromSeconds(6));
        using var response = await SendAsync(api, api.Cluster.KeyText);

        await before.AssertErrorAsync(404, "job_not_found");
        await response.AssertErrorAsync(404, "job_not_found");
    }

    [Fact]
    public async Task AnyRequest_OneWrongKeyAgainAndAgain_NewGoodKeyOfItsAddressPasses()
    {
        await using var api = await StartAsync();
        var wrong = ApiKeyFormat.Create();
        for (var i = 0; i < Limit; i++)
        {
            using var rejected = await SendAsync(api, wrong);
        }

        using var throttled = await SendAsync(api, wrong);
        using var response = await SendAsync(api, api.Cluster.KeyText);

        await throttled.AssertErrorAsync(429, "too_many_wrong_keys");
        await response.AssertErrorAsync(404, "job_not_found");
        Assert.Equal(2, api.Cluster.KeyReads);
    }

    [Fact]
    public async Task AnyRequest_ManyAtOnceWithANewGoodKey_CountAsNoGuesses()
    {
        await using var api = await StartAsync();
        var answer = new TaskCompletionSource<ApiKeyInfo?>();
        api.Cluster.ReadKey = _ => answer.Task;
        var sent = Enumerable.Range(0, 4 * Limit).Select(_ => SendAsync(api, api.Cluster.KeyText)).ToArray();

        answer.SetResult(api.Cluster.Key);
        var responses = await Task.WhenAll(sent);

        Assert.All(responses, response => Assert.Equal(404, (int)response.StatusCode));
    }

    [Fact]
    public async Task AnyRequest_WrongMissingOrThrottledKey_LogsNothing()
    {
        var log = new ConcurrentQueue<string>();
        await using var api = await StubApi.StartAsync(_clock, log.Enqueue, ("Authentication:FailuresPerAddress", "1"));
        log.Clear();

        await GuessAsync(api, 2);
        using var response = await SendAsync(api, key: null);

        await response.AssertErrorAsync(401, "missing_api_key");
        Assert.Empty(log);
    }

    private Task<StubApi> StartAsync() => StubApi.StartAsync(_clock, ("Authentication:FailuresPerAddress", $"{Limit}"));

    private static async Task GuessAsync(StubApi api, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await SendAsync(api, ApiKeyFormat.Create());
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(StubApi api, string? key)
    {
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await client.GetAsync("/v2/echo/status/x");
    }
}
