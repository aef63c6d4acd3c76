using System.Net;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.EndToEnd;

public sealed class RolesTests
{
    [Fact]
    public async Task Roles_TwoFrontEndsAndAWorker_AreOneService()
    {
        using var redis = await RedisServer.StartAsync();
        using var files = new TempFolder();
        var shared = $"--ObjectStore:Folder={files.Path}";
        await using var worker = await SiloProcess.StartWithTestModelAsync(redis, "--Roles=worker", "--Silo:Name=w", shared);
        await using var first = await StartFrontEndAsync(redis, shared);
        await using var second = await StartFrontEndAsync(redis, shared);
        using var one = new JobClient(first.CreateClient(), SiloProcess.TestEndpoint);
        using var other = new JobClient(second.CreateClient(first.Key), SiloProcess.TestEndpoint);

        var job = await other.WaitForAsync(await one.SubmitAsync(new { file = "its file" }), "COMPLETED");

        Assert.StartsWith("w", job.GetProperty("workerId").GetString(), StringComparison.Ordinal);
        Assert.Equal("its file", await JobClient.FetchFileAsync(job));
        var url = new Uri(job.GetProperty("output")[0].GetString()!);
        Assert.Equal(first.Address.Authority, url.Authority);
        using (var file = await other.Http.GetAsync(url.PathAndQuery))
        {
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }

        await AssertServesProbesAloneAsync(worker);
        Assert.Equal(1, await ReadyWorkersAsync(one));
        Assert.Equal(0, await worker.StopAsync());
        await Eventually.HoldsAsync(async () => await ReadyWorkersAsync(other) == 0, "no worker is left", Eventually.LongLimit);
        var waiting = await one.SubmitAsync(JobClient.EchoInput);
        Assert.Equal("IN_QUEUE", (await other.StatusAsync(waiting)).GetProperty("status").GetString());
        Assert.Equal(1, (await other.HealthAsync()).GetProperty("jobs").GetProperty("inQueue").GetInt32());
        await worker.StartAsync();
        await other.WaitForAsync(waiting, "COMPLETED");
    }

    [Fact]
    public async Task ServiceId_TwoServicesOnOneRedis_ShareNoKey()
    {
        using var redis = await RedisServer.StartAsync();
        await using var one = await SiloProcess.StartWithTestModelAsync(redis, "--Silo:ServiceId=one");
        redis.FirstKey = null;
        await using var other = await SiloProcess.StartWithTestModelAsync(redis, "--Silo:ServiceId=other");
        using var client = new JobClient(one.CreateClient());
        using var stranger = new JobClient(other.CreateClient());

        var jobId = await client.SubmitAsync(new { number = 1 }, endpoint: SiloProcess.TestEndpoint);
        await Eventually.HoldsAsync(
            async () => (await client.StatusAsync(jobId, SiloProcess.TestEndpoint)).GetProperty("status").GetString() == "COMPLETED", "the job is completed", Eventually.LongLimit);
        using var byStranger = await stranger.Http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/status/{jobId}");
        using var withItsKey = await stranger.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/v2/{SiloProcess.TestEndpoint}/status/{jobId}") { Headers = { { "Authorization", $"Bearer {one.Key}" } } });

        Assert.Equal(HttpStatusCode.NotFound, byStranger.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, withItsKey.StatusCode);
        var keys = await KeysAsync(redis);
        Assert.All(keys, key => Assert.Matches(@"\A\{?(one|other)/", key));
        Assert.Contains("one/members/one", keys);
        Assert.Contains("other/members/other", keys);
        Assert.Contains("one/reminders", keys);
    }

    private static Task<SiloProcess> StartFrontEndAsync(RedisServer redis, string sharedFolder) =>
        // What a front end does not read cannot be wrong.
        SiloProcess.StartWithTestModelAsync(redis, "--Roles=frontend", "--Models:Folder=/nowhere", "--Workers:Devices:0:Id=nonsense", sharedFolder);

    private static async Task<int> ReadyWorkersAsync(JobClient client) => (await client.HealthAsync()).GetProperty("workers").GetProperty("ready").GetInt32();

    private static async Task AssertServesProbesAloneAsync(SiloProcess worker)
    {
        using var anybody = new HttpClient { BaseAddress = worker.Address };
        foreach (var (path, status) in new[]
        {
            ("/healthz/live", 200), ("/healthz/ready", 200), ($"/v2/{SiloProcess.TestEndpoint}/health", 404), ("/docs", 404), ("/openapi/v1.json", 404), ("/webhooks/secret", 404),
        })
        {
            using var response = await anybody.GetAsync(path);
            Assert.Equal((path, status), (path, (int)response.StatusCode));
        }

        Assert.Contains("Every worker and front end must see the same folder", worker.Output, StringComparison.Ordinal);
    }

    private static async Task<string[]> KeysAsync(RedisServer redis)
    {
        await using var store = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var keys = new List<string>();
        await foreach (var key in store.GetServers()[0].KeysAsync())
        {
            keys.Add(key.ToString());
        }

        return [.. keys];
    }
}
