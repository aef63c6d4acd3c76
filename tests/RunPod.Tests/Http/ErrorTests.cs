using System.Net.Http.Headers;
using System.Text;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/v3/echo/run")]
    [InlineData("/v2/echo")]
    [InlineData("/v2/echo/nonsense")]
    public async Task AnyRequest_UnknownPath_Answers404(string path)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.GetAsync(path);

        Assert.Contains("/v2/{endpointId}/run", await response.AssertErrorAsync(404, "unknown_path"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2//echo/health")]
    [InlineData("//v2/echo/health")]
    public async Task AnyRequest_DoubleSlash_IsToldSo(string path)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.GetAsync(new Uri($"{api.Address.GetLeftPart(UriPartial.Authority)}{path}"));

        Assert.Contains("double slash", await response.AssertErrorAsync(404, "unknown_path"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "run", "POST")]
    [InlineData("DELETE", "status/x", "GET, HEAD, POST")]
    [InlineData("POST", "health", "GET, HEAD")]
    public async Task AnyRequest_WrongMethod_Answers405WithAllow(string method, string path, string allowed)
    {
        await using var api = await StubApi.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v2/echo/{path}");

        using var response = await api.Client.SendAsync(request);

        Assert.Equal($"This path does not take {method}. Use {allowed}.", await response.AssertErrorAsync(405, "method_not_allowed"));
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("APPLICATION/JSON; charset=utf-8", 200)]
    [InlineData("application/vnd.runpod+json", 200)]
    [InlineData(null, 200)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("nonsense", 415)]
    public async Task Run_ContentType_MustBeJsonOrNone(string? contentType, int status)
    {
        await using var api = await StubApi.StartAsync();
        using var content = new ByteArrayContent("""{"input":1}"""u8.ToArray());
        if (contentType is not null)
        {
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", contentType));
        }

        using var response = await api.Client.PostAsync("/v2/echo/run", content);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 415)
        {
            await response.AssertErrorAsync(415, "unsupported_media_type");
        }
    }

    [Theory]
    [InlineData("{\n\"input\": tru}", "line 2, byte 13")]
    [InlineData("{\"input\":1", "line 1, byte 11")]
    [InlineData("{\"input\":1} x", "line 1, byte 13")]
    public async Task Run_BodyThatDoesNotParse_AnswersWhere(string body, string where)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json(body));

        Assert.Contains(where, await response.AssertErrorAsync(400, "invalid_json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", """
        "{\"input\":1}"
        """)]
    [InlineData("batch", """
        "[{\"input\":1}]"
        """)]
    [InlineData("batch", """
        ["{\"input\":1}"]
        """)]
    public async Task Run_BodyEncodedTwice_IsToldSo(string operation, string body)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync($"/v2/echo/{operation}", HttpAnswers.Json(body));

        Assert.Contains("encoded twice", await response.AssertErrorAsync(400, "invalid_body"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty_body")]
    [InlineData(" \n", "empty_body")]
    [InlineData("[]", "invalid_body")]
    [InlineData("{}", "missing_input")]
    [InlineData("{\"Input\":1}", "missing_input")]
    public async Task RunSync_BodyWithoutInput_Answers400(string body, string code)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/echo/runsync", HttpAnswers.Json(body));

        await response.AssertErrorAsync(400, code);
        Assert.Empty(api.Cluster.Submitted);
    }

    [Theory]
    [InlineData("runsync?wait=999", "wait='999'", "1000 to 300000")]
    [InlineData("runsync?wait=300001", "wait='300001'", "1000 to 300000")]
    [InlineData("runsync?wait=", "wait=''", "1000 to 300000")]
    [InlineData("runsync?wait=1e4", "wait='1e4'", "1000 to 300000")]
    [InlineData("status-sync/x?wait=-1", "wait='-1'", "1000 to 300000")]
    [InlineData("run?ttl=9999", "ttl='9999'", "10000 to 604800000")]
    [InlineData("runsync?ttl=soon", "ttl='soon'", "10000 to 604800000")]
    public async Task AnyRequest_BadQueryValue_NamesItAndTheRange(string path, string given, string range)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync($"/v2/echo/{path}", HttpAnswers.Json("""{"input":1}"""));

        var sentence = await response.AssertErrorAsync(400, "invalid_query");
        Assert.Contains(given, sentence, StringComparison.Ordinal);
        Assert.Contains(range, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownEndpoint_ListsTheEndpoints()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/nothing/run", HttpAnswers.Json("""{"input":1}"""));

        Assert.Equal("There is no endpoint 'nothing'. Use one of those served here: echo, sd.", await response.AssertErrorAsync(404, "endpoint_not_found"));
        Assert.Empty(api.Cluster.LimiterCalls);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), 503, "unavailable")]
    [InlineData(typeof(SiloUnavailableException), 503, "unavailable")]
    [InlineData(typeof(OrleansException), 503, "unavailable")]
    [InlineData(typeof(OperationCanceledException), 503, "unavailable")]
    [InlineData(typeof(InvalidOperationException), 500, "internal_error")]
    public async Task Run_GrainThatFails_AnswersWithoutItsText(Type exception, int status, string code)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Submit = _ => Task.FromException<SubmitOutcome>((Exception)Activator.CreateInstance(exception, "secret text")!);

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("""{"input":1}"""));

        Assert.DoesNotContain("secret", await response.AssertErrorAsync(status, code), StringComparison.Ordinal);
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
        Assert.Contains("Release run/ada", api.Cluster.LimiterCalls);
    }

    [Theory]
    [InlineData("run", 10 * 1024 * 1024)]
    [InlineData("runsync", 20 * 1024 * 1024)]
    public async Task Run_ContentLengthAboveTheLimit_Answers413BeforeTheBody(string operation, int limit)
    {
        await using var api = await StubApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"POST /v2/echo/{operation} HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nContent-Length: {limit + 1}\r\n\r\n{{");

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ChunkedBodyAboveTheLimit_Answers413BeforeItsEnd()
    {
        await using var api = await StubApi.StartAsync(("RequestLimits:Run", "100"));
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nTransfer-Encoding: chunked\r\n\r\n");
        await connection.SendAsync($"65\r\n{new string(' ', 0x65)}\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BodyOfExactlyTheLimit_IsAccepted()
    {
        await using var api = await StubApi.StartAsync(("RequestLimits:Run", "100"));
        const string Head = "{\"input\":\"";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Head + new string('x', 100 - Head.Length - 2) + "\"}"));

        using var response = await api.Client.PostAsync("/v2/echo/run", content);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Run_TooLargeBodySentWhole_ClientSeesThe413()
    {
        await using var api = await StubApi.StartAsync();
        using var content = new ByteArrayContent(new byte[12 * 1024 * 1024]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await api.Client.PostAsync("/v2/echo/run", content);

        Assert.Contains("10485760 bytes (10 MiB)", await response.AssertErrorAsync(413, "body_too_large"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutHostHeader_NamesTheLocalAddress()
    {
        await using var api = await StubApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"POST /v2/echo/run HTTP/1.0\r\nAuthorization: bearer  {api.Cluster.KeyText}\r\nContent-Length: 11\r\n\r\n{{\"input\":1}}");

        Assert.Contains(" 200 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(api.Address.ToString().TrimEnd('/'), Assert.Single(api.Cluster.Submitted).Value.RequestBaseUrl);
    }
}
