using System.Collections.Concurrent;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>Requests that no client of good will sends: never a 5xx, and nothing in the log.</summary>
public sealed class OddRequestTests
{
    [Theory]
    [InlineData("CONNECT", "/healthz/live", 405)]
    [InlineData("TRACE", "/healthz/ready", 405)]
    [InlineData("CONNECT", "/openapi/v1.json", 405)]
    [InlineData("CONNECT", "/docs/", 405)]
    [InlineData("CONNECT", "/v2/echo/run", 405)]
    [InlineData("CONNECT", "/nothing", 404)]
    [InlineData("HEAD", "/healthz/live", 200)]
    public async Task AnyRequest_OddMethod_AnswersByTheRoute(string method, string path, int status)
    {
        var log = new ConcurrentQueue<string>();
        await using var api = await StubApi.StartAsync(TimeProvider.System, log.Enqueue);
        await using var connection = await RawConnection.OpenAsync(api.Address);
        log.Clear();

        await connection.SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        await AssertJsonAsync(connection, status);
        Assert.Empty(log);
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("7FFFFFFFFFFFFFFF\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("nonsense\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("1\r\n{{\r\n0\r\n\r\n")]
    [InlineData("1\r\n{{\r\n0\r\nx\r\n\r\n")]
    public async Task Run_ChunksThatMakeNoSense_Answers400(string chunks)
    {
        var log = new ConcurrentQueue<string>();
        await using var api = await StubApi.StartAsync(TimeProvider.System, log.Enqueue);
        await using var connection = await RawConnection.OpenAsync(api.Address);
        log.Clear();

        await connection.SendAsync($"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");

        await AssertJsonAsync(connection, 400);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Run_TrailerWithANullCharacter_Answers400()
    {
        await using var api = await StubApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n0\r\nx: a\0b\r\n\r\n");

        await AssertJsonAsync(connection, 400);
    }

    [Theory]
    [InlineData("a:99999")]
    [InlineData("a:-1")]
    [InlineData("a:")]
    [InlineData("a:b")]
    [InlineData("a..b")]
    [InlineData("[::1")]
    [InlineData("[::1]:99999")]
    [InlineData("%")]
    [InlineData("a b")]
    [InlineData("-")]
    [InlineData("xn--")]
    public async Task Run_HostThatMakesNoUrl_IsRefusedBeforeTheModelRuns(string host)
    {
        await using var api = await StubApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"POST /v2/echo/run HTTP/1.1\r\nHost: {host}\r\nAuthorization: {api.Cluster.KeyText}\r\nContent-Length: 11\r\n\r\n{{\"input\":1}}");

        var head = await connection.ReadHeadAsync();
        if (head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
        {
            // What is accepted makes a URL, as a worker will make it when the model has run.
            _ = new Uri($"{Assert.Single(api.Cluster.Submitted).Value.RequestBaseUrl.TrimEnd('/')}/files/x");
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 400 ", head, StringComparison.Ordinal);
            Assert.Empty(api.Cluster.Submitted);
        }

        Assert.False(host == "a:99999" && head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host: xn--", "GET", "/v2/echo/health")]
    [InlineData("Host: xn--", "PUT", "/nothing")]
    [InlineData("Host: xn--\r\nX-Forwarded-Host: a", "GET", "/healthz/live")]
    [InlineData("Host: a\r\nX-Forwarded-Host: xn--", "GET", "/healthz/live")]
    [InlineData("Host: a\r\nX-Forwarded-Host: b, xn--", "GET", "/healthz/live")]
    [InlineData("Host: a\r\nX-Forwarded-Host: b\r\nX-Forwarded-Host: xn--", "GET", "/healthz/live")]
    public async Task AnyRequest_HostThatCannotBeRead_Answers400(string headers, string method, string path)
    {
        await using var api = await StubApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync($"{method} {path} HTTP/1.1\r\n{headers}\r\n\r\n");

        await AssertJsonAsync(connection, 400);
    }

    [Theory]
    [InlineData("Content-Length: 1000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Run_UploadThatIsAborted_LogsNothing(string framing)
    {
        var log = new ConcurrentQueue<string>();
        await using var api = await StubApi.StartAsync(TimeProvider.System, log.Enqueue);
        log.Clear();
        for (var i = 0; i < 20; i++)
        {
            await using var connection = await RawConnection.OpenAsync(api.Address);
            await connection.SendAsync($"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\n{framing}\r\nExpect: 100-continue\r\n\r\n");

            // Kestrel says so when the handler begins to read.
            Assert.StartsWith("HTTP/1.1 100", await connection.ReadHeadAsync(), StringComparison.Ordinal);
            await connection.SendAsync("10\r\n{\"in");
            connection.Abort();
        }

        await Eventually.HoldsAsync(() => api.Cluster.LimiterCalls.Count(call => call == "Release run/ada") == 20, "the requests have ended");
        Assert.Empty(log);
    }

    [Fact]
    public async Task OpenApi_SecondRequest_IsTheSameBytesByTheirTag()
    {
        await using var api = await StubApi.StartAsync();
        using var client = api.CreateClient();

        using var first = await client.GetAsync("/openapi/v1.json");
        Assert.NotNull(first.Headers.ETag);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json") { Headers = { IfNoneMatch = { first.Headers.ETag } } };
        using var second = await client.SendAsync(request);
        using var unknown = await client.GetAsync("/openapi/v2.json");

        Assert.Equal("application/json; charset=utf-8", first.Content.Headers.ContentType?.ToString());
        Assert.Equal(304, (int)second.StatusCode);
        await unknown.AssertErrorAsync(404, "unknown_path");
    }

    [Fact]
    public async Task Requests_ForgettingWhatIsGoneHangs_AnswersInTime()
    {
        await using var api = await StubApi.StartAsync(("Requests:Deadline", "00:00:00.1"));
        api.Cluster.JobIds = ["gone"];
        api.Cluster.DropMissing = () => new TaskCompletionSource().Task;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        using var response = await api.Client.GetAsync("/v2/echo/requests", patience.Token);

        await response.AssertErrorAsync(503, "unavailable");
    }

    [Fact]
    public async Task Requests_JobsHang_AnswersInTimeAndNotInTimeForEach()
    {
        await using var api = await StubApi.StartAsync(("Requests:Deadline", "00:00:00.1"));
        var asked = 0;
        api.Cluster.JobIds = [.. Enumerable.Range(0, 50).Select(i => $"job-{i}")];
        api.Cluster.GetSummary = async _ =>
        {
            Interlocked.Increment(ref asked);
            await Task.Delay(TimeSpan.FromMilliseconds(40));
            return null;
        };

        using var response = await api.Client.GetAsync("/v2/echo/requests");

        await response.AssertErrorAsync(503, "unavailable");
        Assert.InRange(asked, 1, 49);
    }

    private static async Task AssertJsonAsync(RawConnection connection, int status)
    {
        var head = await connection.ReadHeadAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
    }
}
