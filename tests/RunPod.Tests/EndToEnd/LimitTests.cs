using System.Diagnostics;
using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(EndToEndCollection))]
public sealed class LimitTests
{
    private const int Limit = 1000;
    private const int Senders = 50;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Run_MoreThanTheLimit_RefusesTheRestOfThisUserOnly()
    {
        await using var silo = await SiloProcess.StartAsync(StoreKind.Embedded, "--EndpointQueue:CapacityPerWorker=5000");
        using var client = new JobClient(silo.CreateClient());
        using var other = new JobClient(silo.CreateClient((await silo.RunAnotherAsync("keys", "create", "--user", "other")).Output));
        await Eventually.HoldsAsync(
            async () => (await client.HealthAsync()).GetProperty("workers").GetProperty("ready").GetInt32() == 1, "the worker is ready", Eventually.LongLimit);

        var started = Stopwatch.StartNew();
        var answers = (await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(client, (Limit / Senders) + 2)))).SelectMany(sent => sent).ToArray();
        var elapsed = started.Elapsed;
        using var ofOther = await other.PostAsync("run", new { input = JobClient.ShortInput });

        Assert.True(elapsed < Window, $"The machine took {elapsed} for the requests of one window of {Window}, which says nothing.");
        Assert.Equal(Limit, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        var refused = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToArray();
        Assert.Equal(2 * Senders, refused.Length);
        Assert.All(refused, answer =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
            Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromSeconds(1), Window);
        });
        Assert.Equal(HttpStatusCode.OK, ofOther.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunSync_FrontEndThatHoldsAllPlacesEnds_TheyAreFreeOnTheOther(bool isKilled)
    {
        using var redis = await RedisServer.StartAsync();
        string[] limits = ["--RateLimits:Operations:runsync:Concurrency=2", "--RateLimits:Lease=00:00:15", "--Workers:DrainTimeout=00:00:01"];
        await using var first = await SiloProcess.StartWithTestModelAsync(redis, limits);
        await using var second = await SiloProcess.StartWithTestModelAsync(redis, limits);
        using var one = new JobClient(first.CreateClient());
        using var other = new JobClient(second.CreateClient(first.Key));
        var holding = Enumerable.Range(0, 2).Select(_ => RunSyncAsync(one, 300_000)).ToArray();
        await Eventually.HoldsAsync(
            async () => (await other.HealthAsync(SiloProcess.TestEndpoint)).GetProperty("jobs") is var jobs && jobs.GetProperty("inQueue").GetInt32() + jobs.GetProperty("inProgress").GetInt32() == 2,
            "both jobs are there",
            Eventually.LongLimit);
        Assert.Equal(HttpStatusCode.TooManyRequests, await RunSyncAsync(other, 1_000));

        if (isKilled)
        {
            first.Kill();
        }
        else
        {
            Assert.Equal(0, await first.StopAsync());
        }

        Assert.All(await Task.WhenAll(holding), status => Assert.Equal(isKilled ? null : HttpStatusCode.OK, status));
        await Eventually.HoldsAsync(async () => await RunSyncAsync(other, 1_000) == HttpStatusCode.OK, "there is a place", Eventually.LongLimit);
    }

    private static async Task<HttpStatusCode?> RunSyncAsync(JobClient client, int wait)
    {
        try
        {
            using var response = await client.PostAsync($"runsync?wait={wait}", new { input = new { hold = true } }, SiloProcess.TestEndpoint);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<List<(HttpStatusCode Status, TimeSpan? RetryAfter)>> SendAsync(JobClient client, int count)
    {
        var answers = new List<(HttpStatusCode, TimeSpan?)>();
        for (var i = 0; i < count; i++)
        {
            using var response = await client.PostAsync("run", new { input = JobClient.ShortInput });
            answers.Add((response.StatusCode, response.Headers.RetryAfter?.Delta));
        }

        return answers;
    }
}
