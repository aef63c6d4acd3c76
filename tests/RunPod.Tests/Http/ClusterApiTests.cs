using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Limits;
using RunPod.Grains.Limits;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>Requests all the way to the model and back.</summary>
public sealed class ClusterApiTests
{
    private const string Echo = "/v2/" + TestCluster.Endpoint;

    [Fact]
    public async Task RunSync_AnyJson_ReturnsTheOutputByteForByte()
    {
        await using var api = await ClusterApi.StartAsync();
        const string Input = "{ \"a\" : [1.00, 1e400, \"\\u00e9é\", null],\n\"a\":2 }";

        using var response = await api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json($$"""{"input": {{Input}} }"""));

        var job = await response.ReadJsonAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(["id", "status", "delayTime", "executionTime", "retries", "workerId", "gpu", "output"], job.EnumerateObject().Select(p => p.Name));
        Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
        Assert.Equal(Input, job.GetProperty("output").GetRawText());
        Assert.StartsWith("sync-", job.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.True(job.GetProperty("delayTime").TryGetInt64(out _));
        Assert.True(job.GetProperty("executionTime").TryGetInt64(out _));
        Assert.Equal(0, job.GetProperty("retries").GetInt32());
    }

    [Fact]
    public async Task Run_ThenStatusSync_ReturnsTheEnd()
    {
        await using var api = await ClusterApi.StartAsync();

        var id = await api.RunAsync("""{"hold":true}""");
        await api.Cluster.Model.Begun.WaitAsync();
        using var running = await api.Client.GetAsync($"{Echo}/status/{id}");
        var waiting = api.Client.PostAsync($"{Echo}/status-sync/{id}?wait=30000", content: null);
        api.Cluster.Model.Release();
        using var ended = await waiting;

        Assert.Equal("IN_PROGRESS", (await running.ReadJsonAsync()).GetProperty("status").GetString());
        Assert.Equal("COMPLETED", (await ended.ReadJsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task RunSync_WaitOver_AnswersTheJobThatIsStillOpen()
    {
        await using var api = await ClusterApi.StartAsync();
        await api.RunAsync("""{"hold":true}""");
        await api.Cluster.Model.Begun.WaitAsync();

        using var response = await api.Client.PostAsync($"{Echo}/runsync?wait=1000", HttpAnswers.Json("""{"input":2}"""));

        var job = await response.ReadJsonAsync();
        Assert.Equal(["id", "status"], job.EnumerateObject().Select(p => p.Name));
        Assert.Equal("IN_QUEUE", job.GetProperty("status").GetString());
        api.Cluster.Model.Release();
        using var ended = await api.Client.GetAsync($"{Echo}/status-sync/{job.GetProperty("id").GetString()}");
        Assert.Equal("COMPLETED", (await ended.ReadJsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task RunSync_ModelReportsAnError_Answers200Failed()
    {
        await using var api = await ClusterApi.StartAsync();

        using var response = await api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json("""{"input":{"fail":"prompt is a required input."}}"""));

        var job = await response.ReadJsonAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(("FAILED", "prompt is a required input."), (job.GetProperty("status").GetString(), job.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task RunSync_ClientHangsUp_TheJobGoesOn()
    {
        await using var api = await ClusterApi.StartAsync();
        await using var connection = await RawConnection.OpenAsync(api.Address);
        const string Body = """{"input":{"hold":true}}""";
        await connection.SendAsync($"POST {Echo}/runsync HTTP/1.1\r\nHost: x\r\nAuthorization: {api.Key.Key}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        await api.Cluster.Model.Begun.WaitAsync();

        connection.Abort();
        api.Cluster.Model.Release();

        await api.Cluster.RunAsync("\"behind it\"");
        Assert.Equal(2, api.Cluster.Model.Runs.Count);
        Assert.Equal(2, (await api.Cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync()).Completed);
    }

    [Fact]
    public async Task RunSync_SiloKilledWhileWaiting_StillReturnsTheEnds()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => options.Silos = 2);
        var waiting = Enumerable.Range(0, 10)
            .Select(_ => api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json("""{"input":{"hold":true}}""")))
            .ToArray();
        await api.Cluster.Model.Begun.WaitAsync();
        await api.Cluster.Model.Begun.WaitAsync();
        var queue = api.Cluster.Grains.Queue(TestCluster.Endpoint);
        while ((await queue.GetHealthAsync()).InQueue < 8)
        {
            await Task.Yield();
        }

        await api.Cluster.Orleans.KillSiloAsync(api.Cluster.Orleans.Silos[1]);
        api.Cluster.Model.Release();

        foreach (var response in await Task.WhenAll(waiting))
        {
            Assert.Equal("COMPLETED", (await response.ReadJsonAsync()).GetProperty("status").GetString());
            response.Dispose();
        }
    }

    [Fact]
    public async Task Cancel_RunningThenAgain_AnswersCancelledBothTimes()
    {
        await using var api = await ClusterApi.StartAsync();
        var id = await api.RunAsync("""{"hold":true}""");
        await api.Cluster.Model.Begun.WaitAsync();

        using var first = await api.Client.PostAsync($"{Echo}/cancel/{id}", HttpAnswers.Json(""));
        using var second = await api.Client.PostAsync($"{Echo}/cancel/{id}", HttpAnswers.Json("{}"));

        Assert.Equal("CANCELLED", (await first.ReadJsonAsync()).GetProperty("status").GetString());
        Assert.Equal("CANCELLED", (await second.ReadJsonAsync()).GetProperty("status").GetString());
        await api.Cluster.Model.Cancelled.WaitAsync();
    }

    [Fact]
    public async Task AnyOperation_SomebodyElsesJob_IsNotFound()
    {
        await using var api = await ClusterApi.StartAsync();
        using var other = await api.CreateClientAsync("eve");
        var id = await api.RunAsync("1");

        using var status = await other.GetAsync($"{Echo}/status/{id}");
        using var statusSync = await other.GetAsync($"{Echo}/status-sync/{id}");
        using var cancel = await other.PostAsync($"{Echo}/cancel/{id}", content: null);

        foreach (var response in new[] { status, statusSync, cancel })
        {
            await response.AssertErrorAsync(404, "job_not_found");
        }
    }

    [Fact]
    public async Task AnyOperation_KeyRevoked_IsOutAfterFiveSeconds()
    {
        var clock = new FakeTimeProvider();
        await using var api = await ClusterApi.StartAsync(clock);
        using var before = await api.Client.GetAsync($"{Echo}/health");
        await api.Cluster.Grains.User(TestCluster.User).RevokeKeyAsync(api.Key.Info.KeyId);
        clock.Advance(TimeSpan.FromSeconds(5));

        using var after = await api.Client.GetAsync($"{Echo}/health");

        Assert.Equal(200, (int)before.StatusCode);
        await after.AssertErrorAsync(401, "invalid_api_key");
    }

    [Fact]
    public async Task Run_WindowUsedUp_Answers429ForThisUserAlone()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => Limit(options, Operation.Run, requests: 2, concurrency: 10));
        using var other = await api.CreateClientAsync("eve");
        await api.RunAsync("1");
        await api.RunAsync("2");

        using var third = await api.Client.PostAsync($"{Echo}/run", HttpAnswers.Json("""{"input":3}"""));
        using var others = await other.PostAsync($"{Echo}/run", HttpAnswers.Json("""{"input":3}"""));

        await third.AssertErrorAsync(429, "rate_limited");
        Assert.Equal("\"run\";q=2;w=10", Assert.Single(third.Headers.GetValues("RateLimit-Policy")));
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.Equal("\"run\";r=1;t=10", Assert.Single(others.Headers.GetValues("RateLimit")));
    }

    [Fact]
    public async Task RunSync_TooManyAtOnce_IsFreeAgainWhenAClientHangsUp()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => Limit(options, Operation.RunSync, requests: 1000, concurrency: 1));
        using var hangUp = new CancellationTokenSource();
        var held = api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json("""{"input":{"hold":true}}"""), hangUp.Token);
        await api.Cluster.Model.Begun.WaitAsync();
        using (var second = await api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json("""{"input":2}""")))
        {
            await second.AssertErrorAsync(429, "too_many_concurrent_requests");
        }

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        api.Cluster.Model.Release();

        var status = 429;
        while (status == 429)
        {
            using var third = await api.Client.PostAsync($"{Echo}/runsync", HttpAnswers.Json("""{"input":3}"""));
            status = (int)third.StatusCode;
        }

        Assert.Equal(200, status);
    }

    [Fact]
    public async Task Run_QueueFull_Answers429()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => options.Models.Add("broken", "broken"));
        for (var i = 0; i < 50; i++)
        {
            await api.RunAsync("1", "broken");
        }

        using var response = await api.Client.PostAsync("/v2/broken/run", HttpAnswers.Json("""{"input":1}"""));
        using var health = await api.Client.GetAsync("/v2/broken/health");

        await response.AssertErrorAsync(429, "queue_full");
        var body = await health.ReadJsonAsync();
        Assert.Equal(50, body.GetProperty("jobs").GetProperty("inQueue").GetInt32());
    }

    [Fact]
    public async Task Health_ModelThatDoesNotLoad_TellsWhy()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => options.Models.Add("broken", "broken"));

        var queue = api.Cluster.Grains.Queue("broken");
        while ((await queue.GetHealthAsync()).UnhealthyReasons.Length == 0)
        {
            await Task.Yield();
        }

        using var response = await api.Client.GetAsync("/v2/broken/health");
        var health = await response.ReadJsonAsync();
        Assert.Equal(1, health.GetProperty("workers").GetProperty("unhealthy").GetInt32());
        Assert.Equal("test.model is broken.", health.GetProperty("unhealthyReasons")[0].GetString());
    }

    private static void Limit(TestClusterOptions options, string operation, int requests, int concurrency) =>
        options.ConfigureSilo = (silo, _) => silo.Services.Configure<RateLimitOptions>(
            limits => limits.Operations[operation] = new RateLimit { Requests = requests, Concurrency = concurrency });
}
