using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class HeadTests
{
    [Theory]
    [InlineData("/v2/echo/health")]
    [InlineData("/v1/echo/health")]
    [InlineData("/v2/status")]
    [InlineData("/webhooks/secret")]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task Head_WhereGetIsServed_IsGetWithoutABody(string path)
    {
        await using var api = await StubApi.StartAsync();
        using var get = await api.Client.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var head = await api.Client.SendAsync(request);

        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.NotEmpty(await get.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v2/echo/status/x")]
    [InlineData("/v2/echo/batch/x")]
    public async Task Head_OfWhatIsNotThere_Answers404WithoutABody(string path)
    {
        await using var api = await StubApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var head = await api.Client.SendAsync(request);

        Assert.Equal(404, (int)head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_OfAStream_Answers405AndTakesNoChunk()
    {
        await using var api = await StubApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v2/echo/stream/x");

        using var head = await api.Client.SendAsync(request);

        Assert.Equal(405, (int)head.StatusCode);
        Assert.Equal(["GET", "POST"], head.Content.Headers.Allow.Order());
    }

    [Fact]
    public async Task Status_OfTheService_IsForWhoHasAKey()
    {
        await using var api = await StubApi.StartAsync();
        using var stranger = api.CreateClient();

        Assert.Equal("""{"status":"ok"}""", await api.Client.GetStringAsync("/v2/status"));
        using var refused = await stranger.GetAsync("/v2/status");
        await refused.AssertErrorAsync(401, "missing_api_key");
    }
}
