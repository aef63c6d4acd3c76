using Microsoft.Extensions.Options;
using RunPod.Contracts.Limits;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class CrossOriginTests
{
    private const string Page = "https://app.example.com";

    [Fact]
    public async Task Preflight_OfAnOriginThatMay_IsAnsweredWithoutAKey()
    {
        await using var api = await StubApi.StartAsync(("Cors:Origins:0", Page));

        using var response = await PreflightAsync(api, Page);

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(Page, Value(response, "Access-Control-Allow-Origin"));
        Assert.Equal("POST", Value(response, "Access-Control-Allow-Methods"));
        Assert.Equal("authorization,content-type", Value(response, "Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData("*", "https://anything.example", true)]
    [InlineData("https://*.example.com", "https://a.example.com", true)]
    [InlineData("https://*.example.com", "https://example.org", false)]
    [InlineData(Page, "https://app.example.com:8443", false)]
    [InlineData(Page, "null", false)]
    public async Task Preflight_OfAnOrigin_IsAllowedIfItIsConfigured(string configured, string origin, bool isAllowed)
    {
        await using var api = await StubApi.StartAsync(("Cors:Origins:0", configured));

        using var response = await PreflightAsync(api, origin);

        Assert.Equal(isAllowed, Value(response, "Access-Control-Allow-Origin") is not null);
    }

    [Fact]
    public async Task AnyAnswer_ToAPageThatMay_CanBeReadWithItsHeaders()
    {
        await using var api = await StubApi.StartAsync(("Cors:Origins:0", Page));
        using var stranger = api.CreateClient();

        var readKey = api.Cluster.ReadKey;
        api.Cluster.ReadKey = _ => throw new TimeoutException();
        using var down = await SendAsync(api.Client, "/v2/status");
        api.Cluster.ReadKey = readKey;
        using var ok = await SendAsync(api.Client, "/v2/status");
        using var unknown = await SendAsync(api.Client, "/nothing");
        using var refused = await SendAsync(stranger, "/v2/status");
        api.Cluster.Decision = api.Cluster.Decision with { Verdict = RateVerdict.TooManyRequests, ResetAfter = TimeSpan.FromSeconds(3) };
        using var limited = await SendAsync(api.Client, "/v2/echo/status/x");

        HttpResponseMessage[] answers = [down, ok, unknown, refused, limited];
        Assert.Equal([503, 200, 404, 401, 429], answers.Select(answer => (int)answer.StatusCode).ToArray());
        Assert.All(answers, answer => Assert.Equal(Page, Value(answer, "Access-Control-Allow-Origin")));
        Assert.All(answers, answer => Assert.Equal("Retry-After,RateLimit,RateLimit-Policy,ETag", Value(answer, "Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task Preflight_NothingConfigured_IsAMethodThatIsNotServed()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await PreflightAsync(api, Page);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Null(Value(response, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("https://app.example.com/")]
    [InlineData("https://app.example.com/page")]
    [InlineData("ftp://app.example.com")]
    public async Task Start_OriginThatIsNone_SaysSo(string origin)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StubApi.StartAsync(("Cors:Origins:0", origin)));

        Assert.Contains("Cors:Origins", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PreflightAsync(StubApi api, string origin)
    {
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v2/echo/run")
        {
            Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization,content-type" } },
        };
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", Page } } };
        return await client.SendAsync(request);
    }

    private static string? Value(HttpResponseMessage response, string header) => response.Headers.TryGetValues(header, out var values) ? string.Join(",", values) : null;
}
