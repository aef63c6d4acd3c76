using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RunPod.Api.Batches;
using RunPod.Api.Limits;
using RunPod.Api.Requests;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>What clients send slowly or do not take holds its place, and no more bytes than its user may have.</summary>
public sealed class BytesInMemoryTests
{
    private const int MiB = 1024 * 1024;

    // More than the buffers of both ends of a connection.
    private const int Large = 64 * MiB;

    private static readonly (string Name, string Value)[] OneMiB =
    [
        ("RequestLimits:Run", $"{MiB}"), ("RequestLimits:RunSync", $"{MiB}"), ("RequestLimits:Batch", $"{MiB}"),
        ("RequestLimits:BytesInMemoryPerUser", $"{MiB}"), ("RequestLimits:BytesInMemory", $"{MiB}"),
        ("Requests:Deadline", "00:00:00.1"),
    ];

    [Fact]
    public async Task Status_OutputThatIsNotTaken_KeepsThePlace()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = id => Task.FromResult<JobSnapshot?>(Completed(id, Large));
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await SendGetAsync(api, connection, "status/job-1");

        Assert.StartsWith("HTTP/1.1 200", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(["Acquire status/ada"], api.Cluster.LimiterCalls);
        connection.Abort();
        await api.Cluster.Released.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Stream_ChunksThatAreNotTaken_KeepThePlace()
    {
        await using var api = await StubApi.StartAsync();
        var chunk = Output(MiB);
        api.Cluster.DrainStream = (_, _) => Task.FromResult<JobStream?>(
            new JobStream { Status = JobStatus.Completed, Chunks = [.. Enumerable.Repeat(chunk, Large / MiB)], Attempt = 1 });
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await SendGetAsync(api, connection, "stream/job-1");

        Assert.StartsWith("HTTP/1.1 200", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(["Acquire stream/ada"], api.Cluster.LimiterCalls);
    }

    [Fact]
    public async Task AnyOutput_UserHoldsAllBytes_IsRefusedUntilTheyAreTaken()
    {
        await using var api = await StubApi.StartAsync(OneMiB);
        var length = Large;
        api.Cluster.GetSnapshot = id => Task.FromResult<JobSnapshot?>(Completed(id, length));
        api.Cluster.WaitForEnd = (id, _) => Task.FromResult<JobSnapshot?>(Completed(id, length));
        await using var connection = await RawConnection.OpenAsync(api.Address);
        await SendGetAsync(api, connection, "status/job-1");
        await connection.ReadHeadAsync();
        length = 100_000;

        using var status = await api.Client.GetAsync("/v2/echo/status/job-2");
        using var runSync = await api.Client.PostAsync("/v2/echo/runsync", HttpAnswers.Json("""{"input":1}"""));
        connection.Abort();

        await status.AssertErrorAsync(429, "too_many_bytes");
        Assert.Equal(TimeSpan.FromSeconds(1), status.Headers.RetryAfter?.Delta);
        // Its client asks for the status then: it has not been told the id before.
        Assert.Matches("""^\{"id":"sync-[0-9a-f-]{36}","status":"IN_PROGRESS"\}$""", await runSync.Content.ReadAsStringAsync());
        await Eventually.HoldsAsync(async () => (await api.Client.GetAsync("/v2/echo/status/job-2")).IsSuccessStatusCode, "the bytes are free");
    }

    [Fact]
    public async Task Run_BodiesThatStandStill_OneMoreIsRefusedAndNoneIsLeft()
    {
        await using var api = await StubApi.StartAsync(OneMiB);
        await using var first = await RawConnection.OpenAsync(api.Address);
        await SendBodyAsync(api, first, length: 900_000, sent: 800_000);
        await Eventually.HoldsAsync(() => !HasRoom(api, 400_000), "the first body is there");
        await using var second = await RawConnection.OpenAsync(api.Address);

        await SendBodyAsync(api, second, length: 900_000, sent: 800_000);
        var refused = await second.ReadHeadAsync();
        using var small = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("""{"input":1}"""));
        await first.SendAsync(new string(' ', 100_000));
        var accepted = await first.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 429 ", refused, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 1", refused, StringComparison.Ordinal);
        Assert.Equal(200, (int)small.StatusCode);
        Assert.StartsWith("HTTP/1.1 200 ", accepted, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => HasRoom(api, MiB), "all bytes are given back");
    }

    [Fact]
    public async Task RunSync_WhileItWaits_HoldsNothingOfItsBody()
    {
        await using var api = await StubApi.StartAsync(OneMiB);
        var waits = new TaskCompletionSource();
        var ended = new TaskCompletionSource<JobSnapshot?>();
        api.Cluster.WaitForEnd = (_, _) =>
        {
            waits.TrySetResult();
            return ended.Task;
        };
        var sent = api.Client.PostAsync("/v2/echo/runsync", HttpAnswers.Json($$"""{"input":"{{new string('x', 900_000)}}"}"""));
        await waits.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var hasRoom = HasRoom(api, MiB);
        ended.SetResult(Completed("sync-1", 10));
        using var response = await sent;

        Assert.True(hasRoom);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Run_BodyComesInSlowly_KeepsThePlace()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var api = await StubApi.StartAsync(clock);
        await using var connection = await RawConnection.OpenAsync(api.Address);
        await connection.SendAsync(
            $"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100", await connection.ReadHeadAsync(), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromSeconds(15));
        await connection.SendAsync("""{"input":1}""");

        Assert.StartsWith("HTTP/1.1 200", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(["Acquire run/ada", .. Enumerable.Repeat("Renew run/ada", 3), "Release run/ada"], api.Cluster.LimiterCalls);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, api.Cluster.LimiterCalls.Count);
    }

    [Fact]
    public async Task BatchRequests_OutputThatIsNotTaken_NoOtherIsRead()
    {
        await using var api = await StubApi.StartAsync(OneMiB);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
        var read = 0;
        var result = new BatchRequestsResult(
            new BatchRequestPage([.. Enumerable.Range(0, 3).Select(i => new BatchRequest { RequestId = $"req_{i}", Status = JobStatus.Completed, HasJob = true })], 3),
            new PageQuery(0, 50),
            request =>
            {
                Interlocked.Increment(ref read);
                return Task.FromResult<JobSnapshot?>(Completed(request.RequestId, 2 * MiB));
            },
            api.Services.GetRequiredService<BytesInMemory>());
        var http = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, StubCluster.User)], "test")) };
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));

        var writing = Task.Run(() => result.ExecuteAsync(http));
        await Eventually.HoldsAsync(() => !HasRoom(api, MiB), "the first output is on its way");
        Assert.Equal(1, read);
        var taking = pipe.Reader.CopyToAsync(Stream.Null);
        await writing;
        await http.Response.BodyWriter.CompleteAsync();
        await pipe.Writer.CompleteAsync();
        await taking;

        Assert.Equal(3, read);
        Assert.True(HasRoom(api, MiB));
    }

    [Theory]
    [InlineData("RequestLimits:BytesInMemoryPerUser", "1000000")]
    [InlineData("RequestLimits:BytesInMemory", "100000000")]
    [InlineData("RequestLimits:MinBytesPerSecond", "0")]
    [InlineData("RequestLimits:ConnectionBuffer", "1000")]
    public async Task Start_LimitOutOfRange_NamesTheSetting(string name, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StubApi.StartAsync((name, value)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Default_SlowConnectionsEnd()
    {
        await using var api = await StubApi.StartAsync();
        var limits = api.Services.GetRequiredService<IOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>>().Value.Limits;

        Assert.Equal(4096, limits.MinRequestBodyDataRate?.BytesPerSecond);
        Assert.Equal(4096, limits.MinResponseDataRate?.BytesPerSecond);
        Assert.Equal(128 * 1024, limits.MaxRequestBufferSize);
    }

    private static JobSnapshot Completed(string id, int length) =>
        new() { JobId = id, UserId = StubCluster.User, Status = JobStatus.Completed, Output = Output(length) };

    private static byte[] Output(int length)
    {
        var output = new byte[length];
        output.AsSpan().Fill((byte)'1');
        return output;
    }

    private static bool HasRoom(StubApi api, int bytes)
    {
        using var lease = api.Services.GetRequiredService<BytesInMemory>().TryTake(StubCluster.User, bytes);
        return lease is not null;
    }

    private static Task SendGetAsync(StubApi api, RawConnection connection, string path) =>
        connection.SendAsync($"GET /v2/echo/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\n\r\n");

    private static Task SendBodyAsync(StubApi api, RawConnection connection, int length, int sent)
    {
        const string Begin = "{\"input\":1}";
        return connection.SendAsync(
            $"POST /v2/echo/run HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\nContent-Length: {length}\r\n\r\n{Begin}{new string(' ', sent - Begin.Length)}");
    }
}
