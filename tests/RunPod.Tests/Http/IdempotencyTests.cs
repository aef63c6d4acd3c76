using Microsoft.Extensions.DependencyInjection;
using RunPod.Grains.Queues;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private const string Echo = "/v2/" + TestCluster.Endpoint;
    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Run_SameKeyAndBody_IsOneJob()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("run", "one", """{"input":1}""")));
        using var late = await PostAsync("run", "one", """{"input":1}""");

        var texts = await Task.WhenAll(answers.Append(late).Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        var id = System.Text.Json.JsonDocument.Parse(Assert.Single(texts.Distinct())).RootElement.GetProperty("id").GetString()!;
        await _api.Cluster.EndOfAsync(id);
        await _api.Cluster.RunAsync("2");
        Assert.Equal(["1", "2"], _api.Cluster.Model.Runs.Select(run => run.Input));
    }

    [Fact]
    public async Task RunSync_SameKeyAndBody_GivesTheSameEnd()
    {
        using var first = await PostAsync("runsync", "one", """{"input":[1]}""");
        using var second = await PostAsync("runsync", "one", """{"input":[1]}""");

        Assert.Contains("COMPLETED", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Single(_api.Cluster.Model.Runs);
    }

    [Fact]
    public async Task Run_SameKeyAnotherRequest_Answers409()
    {
        using var first = await PostAsync("run", "one", """{"input":1}""");
        using var otherBody = await PostAsync("run", "one", """{"input":2}""");
        using var otherQuery = await PostAsync("run?ttl=10000", "one", """{"input":1}""");
        using var otherOperation = await PostAsync("runsync", "one", """{"input":1}""");
        using var otherKey = await PostAsync("run", "two", """{"input":2}""");

        Assert.Equal(200, (int)first.StatusCode);
        await otherBody.AssertErrorAsync(409, "idempotency_key_reused");
        await otherQuery.AssertErrorAsync(409, "idempotency_key_reused");
        await otherOperation.AssertErrorAsync(409, "idempotency_key_reused");
        Assert.Equal(200, (int)otherKey.StatusCode);
    }

    [Fact]
    public async Task Run_SameKeyOfAnotherUser_IsAnotherJob()
    {
        using var other = await _api.CreateClientAsync("somebody");

        using var mine = await PostAsync("run", "one", """{"input":1}""");
        using var theirs = await PostAsync("run", "one", """{"input":2}""", other);

        Assert.Equal((200, 200), ((int)mine.StatusCode, (int)theirs.StatusCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task Run_KeyOfWrongLength_Answers400(int length)
    {
        using var response = await PostAsync("run", new string('k', length), """{"input":1}""");

        await response.AssertErrorAsync(400, "invalid_idempotency_key");
    }

    [Fact]
    public async Task Run_ClaimWhoseFrontEndDied_SubmitsTheJobUnderTheClaimedId()
    {
        // What the front end had stored when it died between the claim and the submission.
        using var probe = await PostAsync("run", "probe", """{"input":1}""");
        var store = _api.Cluster.Store.GetDatabase();
        var server = _api.Cluster.Store.GetServers()[0];
        var key = await server.KeysAsync(pattern: "*/idempotency/*").FirstAsync();
        var fingerprint = ((string)(await store.StringGetAsync(key))!).Split(' ')[0];
        await store.StringSetAsync(key, $"{fingerprint} claimed-before");

        using var again = await PostAsync("run", "probe", """{"input":1}""");

        Assert.Equal("claimed-before", (await again.ReadJsonAsync()).GetProperty("id").GetString());
        await _api.Cluster.EndOfAsync("claimed-before");
    }

    [Fact]
    public async Task Run_QueueFull_GivesTheKeyBack()
    {
        await using var api = await ClusterApi.StartAsync(configure: options => options.ConfigureSilo = (silo, _) =>
            silo.Services.Configure<EndpointQueueOptions>(queue => (queue.MinCapacity, queue.CapacityPerWorker) = (1, 0)));
        await api.RunAsync("""{"hold":true}""");
        await api.Cluster.Model.Begun.WaitAsync();
        await api.RunAsync("1");

        using var refused = await PostAsync("run", "one", """{"input":1}""", api.Client);
        using var purged = await api.Client.PostAsync($"{Echo}/purge-queue", content: null);
        using var accepted = await PostAsync("run", "one", """{"input":2}""", api.Client);

        await refused.AssertErrorAsync(429, "queue_full");
        Assert.Equal(200, (int)accepted.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string operation, string key, string body, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Echo}/{operation}") { Content = HttpAnswers.Json(body) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await (client ?? _api.Client).SendAsync(request);
    }
}
