using System.Diagnostics;
using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>A window's requests within the window, which takes the machine.</summary>
[Collection(nameof(AloneCollection))]
public sealed class LimitTests
{
    private const int Limit = 1000;
    private const int Senders = 50;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Run_MoreThanTheLimit_RefusesTheRestOfThisUserOnly()
    {
        await using var silo = await SiloProcess.StartWithTestModelAsync(StoreKind.Embedded, "--EndpointQueue:CapacityPerWorker=5000");
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        using var other = new JobClient(silo.CreateClient((await silo.RunAnotherAsync("keys", "create", "--user", "other")).Output), SiloProcess.TestEndpoint);
        await Eventually.HoldsAsync(
            async () => (await client.HealthAsync()).GetProperty("workers").GetProperty("ready").GetInt32() == 1, "the worker is ready", Eventually.LongLimit);

        var started = Stopwatch.StartNew();
        var answers = (await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendAsync(client, (Limit / Senders) + 2)))).SelectMany(sent => sent).ToArray();
        var elapsed = started.Elapsed;
        using var ofOther = await other.PostAsync("run", new { input = JobClient.HeldInput });

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

    private static async Task<List<(HttpStatusCode Status, TimeSpan? RetryAfter)>> SendAsync(JobClient client, int count)
    {
        var answers = new List<(HttpStatusCode, TimeSpan?)>();
        for (var i = 0; i < count; i++)
        {
            using var response = await client.PostAsync("run", new { input = JobClient.HeldInput });
            answers.Add((response.StatusCode, response.Headers.RetryAfter?.Delta));
        }

        return answers;
    }
}
