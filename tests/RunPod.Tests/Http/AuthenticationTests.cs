using RunPod.Contracts.Keys;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class AuthenticationTests
{
    [Theory]
    [InlineData("Bearer {0}")]
    [InlineData("bEARER   {0}")]
    [InlineData("{0}")]
    [InlineData("Bearer\t{0}")]
    public async Task AnyRequest_RightKey_IsLetIn(string header)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, header.Replace("{0}", api.Cluster.KeyText, StringComparison.Ordinal));

        await response.AssertErrorAsync(404, "job_not_found");
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("", "missing_api_key")]
    [InlineData("Bearer", "missing_api_key")]
    [InlineData("Bearer ", "missing_api_key")]
    [InlineData("Bearer nonsense", "invalid_api_key")]
    [InlineData("Bearer{0}", "invalid_api_key")]
    public async Task AnyRequest_NoOrMalformedKey_Answers401WithoutAskingAGrain(string? header, string code)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, header?.Replace("{0}", api.Cluster.KeyText, StringComparison.Ordinal));

        await response.AssertErrorAsync(401, code);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, api.Cluster.KeyReads);
    }

    [Theory]
    [InlineData("Bearer Bearer {0}", "has 'Bearer' twice")]
    [InlineData("bearer\tBEARER {0}", "has 'Bearer' twice")]
    [InlineData("Bearer \"{0}\"", "between \" and \"")]
    [InlineData("'{0}'", "between ' and '")]
    [InlineData("Bearer <{0}>", "between < and >")]
    [InlineData("Basic dXNlcg==", "of the scheme Basic")]
    public async Task AnyRequest_KeyMisspelt_Answers401WithWhatIsWrong(string header, string what)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, header.Replace("{0}", api.Cluster.KeyText, StringComparison.Ordinal));

        Assert.Contains(what, await response.AssertErrorAsync(401, "invalid_api_key"), StringComparison.Ordinal);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, api.Cluster.KeyReads);
    }

    [Fact]
    public async Task AnyRequest_UnknownKey_Answers401()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, ApiKeyFormat.Create());

        await response.AssertErrorAsync(401, "invalid_api_key");
    }

    [Fact]
    public async Task AnyRequest_RightIdWrongSecret_Answers401()
    {
        await using var api = await StubApi.StartAsync();
        var other = api.Cluster.KeyText[..16] + ApiKeyFormat.Create()[16..];

        using var response = await SendAsync(api, other);

        await response.AssertErrorAsync(401, "invalid_api_key");
        Assert.Equal(1, api.Cluster.KeyReads);
    }

    [Fact]
    public async Task AnyRequest_RevokedKey_Answers401()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Key = api.Cluster.Key with { RevokedAt = DateTimeOffset.UnixEpoch };

        using var response = await SendAsync(api, api.Cluster.KeyText);

        await response.AssertErrorAsync(401, "invalid_api_key");
    }

    [Fact]
    public async Task AnyRequest_UnknownEndpointWithoutKey_Answers401()
    {
        await using var api = await StubApi.StartAsync();
        using var client = api.CreateClient();

        using var response = await client.GetAsync("/v2/nothing/status/x");

        await response.AssertErrorAsync(401, "missing_api_key");
    }

    [Fact]
    public async Task AnyRequest_KeyGrainUnavailable_Answers503()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.ReadKey = _ => Task.FromException<ApiKeyInfo?>(new TimeoutException("secret text"));

        using var response = await SendAsync(api, api.Cluster.KeyText);

        await response.AssertErrorAsync(503, "unavailable");
    }

    [Fact]
    public async Task Probes_WithoutKey_AnswerByReadiness()
    {
        await using var api = await StubApi.StartAsync();
        using var client = api.CreateClient();

        using var ready = await client.GetAsync("/healthz/ready");
        api.Readiness = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy;
        using var unready = await client.GetAsync("/healthz/ready");
        using var live = await client.GetAsync("/healthz/live");

        Assert.Equal("""{"status":"healthy","checks":{"store":"healthy"}}""", await ready.Content.ReadAsStringAsync());
        Assert.Equal(503, (int)unready.StatusCode);
        Assert.Equal("""{"status":"unhealthy","checks":{"store":"unhealthy"}}""", await unready.Content.ReadAsStringAsync());
        Assert.Equal("""{"status":"healthy","checks":{}}""", await live.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> SendAsync(StubApi api, string? authorization)
    {
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/echo/status/x");
        if (authorization is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
        }

        return await client.SendAsync(request);
    }
}
