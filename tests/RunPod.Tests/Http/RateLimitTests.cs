using RunPod.Contracts.Limits;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Run_Granted_TellsWhatIsLeftAndGivesThePlaceBack()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("""{"input":1}"""));

        Assert.Equal("\"run\";q=1000;w=10", Assert.Single(response.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal("\"run\";r=999;t=10", Assert.Single(response.Headers.GetValues("RateLimit")));
        Assert.Equal(["Acquire run/ada", "Release run/ada"], api.Cluster.LimiterCalls);
    }

    [Theory]
    [InlineData(RateVerdict.TooManyRequests, 3.2, 4, "rate_limited")]
    [InlineData(RateVerdict.TooManyRequests, 0, 1, "rate_limited")]
    [InlineData(RateVerdict.TooManyAtOnce, 0.1, 1, "too_many_concurrent_requests")]
    public async Task Run_NotGranted_Answers429WithoutReadingTheBody(RateVerdict verdict, double reset, int retryAfter, string code)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Decision = api.Cluster.Decision with { Verdict = verdict, Remaining = 0, ResetAfter = TimeSpan.FromSeconds(reset) };

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("not json"));

        await response.AssertErrorAsync(429, code);
        Assert.Equal(TimeSpan.FromSeconds(retryAfter), response.Headers.RetryAfter?.Delta);
        Assert.Equal($"\"run\";r=0;t={Math.Ceiling(reset)}", Assert.Single(response.Headers.GetValues("RateLimit")));
        Assert.Equal(["Acquire run/ada"], api.Cluster.LimiterCalls);
    }

    [Theory]
    [InlineData("GET", "status/x", "status/ada/echo")]
    [InlineData("GET", "status-sync/x", "status-sync/ada/echo")]
    [InlineData("POST", "cancel/x", "cancel/ada/echo")]
    [InlineData("POST", "runsync", "runsync/ada/echo")]
    [InlineData("GET", "health", "health/ada/echo")]
    public async Task AnyOperation_ScopeOfUserAndEndpoint_HasItsOwnLimiter(string method, string path, string key)
    {
        await using var api = await StubApi.StartAsync(("RateLimits:Scope", "UserEndpoint"));
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v2/echo/{path}");

        using var response = await api.Client.SendAsync(request);

        Assert.Equal([$"Acquire {key}", $"Release {key}"], api.Cluster.LimiterCalls);
    }
}
