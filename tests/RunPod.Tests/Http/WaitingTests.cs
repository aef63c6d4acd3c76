using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class WaitingTests
{
    private static readonly JobSnapshot Running = new() { JobId = "job-1", UserId = StubCluster.User, Status = JobStatus.InProgress, DelayTime = 3 };

    [Fact]
    public async Task RunSync_JobStillRunningAtTheEnd_AnswersIdAndStatus()
    {
        var clock = new FakeTimeProvider();
        await using var api = await StubApi.StartAsync(clock);
        api.Cluster.WaitForEnd = (id, atMost) =>
        {
            clock.Advance(atMost);
            return Task.FromResult<JobSnapshot?>(Running with { JobId = id });
        };

        using var response = await api.Client.PostAsync("/v2/echo/runsync?wait=25000", HttpAnswers.Json("""{"input":1}"""));

        Assert.Matches("""^\{"id":"sync-[0-9a-f-]{36}","status":"IN_PROGRESS"\}$""", await response.Content.ReadAsStringAsync());
        // Every 5 of the 25 seconds; the clock turns by a slice of 10 at once.
        Assert.Equal(["Acquire runsync/ada", .. Enumerable.Repeat("Renew runsync/ada", 5), "Release runsync/ada"], api.Cluster.LimiterCalls);
    }

    [Fact]
    public async Task RunSync_SliceLost_WaitsOn()
    {
        await using var api = await StubApi.StartAsync();
        var calls = 0;
        api.Cluster.WaitForEnd = (id, _) => Interlocked.Increment(ref calls) switch
        {
            1 => Task.FromException<JobSnapshot?>(new SiloUnavailableException("lost")),
            2 => Task.FromException<JobSnapshot?>(new TimeoutException("slow")),
            _ => Task.FromResult<JobSnapshot?>(Running with { JobId = id, Status = JobStatus.Completed, Output = "[]"u8.ToArray() }),
        };

        using var response = await api.Client.PostAsync("/v2/echo/runsync", HttpAnswers.Json("""{"input":1}"""));

        Assert.Equal("COMPLETED", (await response.ReadJsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task RunSync_EverySliceLost_StillAnswersTheId()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.WaitForEnd = (_, _) => Task.FromException<JobSnapshot?>(new SiloUnavailableException("lost"));

        using var response = await api.Client.PostAsync("/v2/echo/runsync?wait=1000", HttpAnswers.Json("""{"input":1}"""));

        Assert.Matches("""^\{"id":"sync-[0-9a-f-]{36}","status":"IN_QUEUE"\}$""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task StatusSync_JobThatEnds_AnswersTheWholeJob(string method)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Running);
        api.Cluster.WaitForEnd = (_, _) => Task.FromResult<JobSnapshot?>(Running with { Status = JobStatus.TimedOut, Error = "too long" });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/echo/status-sync/job-1?wait=4997");

        using var response = await api.Client.SendAsync(request);

        Assert.Equal("""{"id":"job-1","status":"TIMED_OUT","delayTime":3,"error":"too long","retries":0}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task StatusSync_ClientThatHangsUp_IsNoLongerWaitedFor()
    {
        await using var api = await StubApi.StartAsync();
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Running);
        api.Cluster.WaitForEnd = (_, _) =>
        {
            waiting.TrySetResult();
            return new TaskCompletionSource<JobSnapshot?>().Task;
        };
        await using var connection = await RawConnection.OpenAsync(api.Address);
        await connection.SendAsync($"GET /v2/echo/status-sync/job-1 HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Cluster.KeyText}\r\n\r\n");
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(10));

        connection.Abort();

        await api.Cluster.Released.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
