using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>The header <c>Idempotency-Key</c> on what makes, fills and starts a batch.</summary>
public sealed class BatchIdempotencyTests : IAsyncLifetime
{
    private const string Batches = $"/v2/{TestCluster.Endpoint}/batch";
    private const string TwoRequests = """[{"input":1},{"input":2}]""";

    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync(configure: options =>
        options.ConfigureSilo = (silo, _) => silo.Services.Configure<BatchOptions>(batches => (batches.MaxRequests, batches.MaxActive) = (50, 2)));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Create_SameKeyAndBody_IsOneBatch()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync("?name=x", "one", TwoRequests)));
        using var late = await PostAsync("?name=x", "one", TwoRequests);

        var texts = await Task.WhenAll(answers.Append(late).Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.Contains("\"DRAFT\"", Assert.Single(texts.Distinct()), StringComparison.Ordinal);
        var list = await GetAsync("");
        Assert.Equal(2, Assert.Single(list.GetProperty("batches").EnumerateArray()).GetProperty("requestTotal").GetInt32());
    }

    [Fact]
    public async Task Create_ActiveBatchesAtTheirLimit_GivesTheFirstAnswerAgain()
    {
        using var first = await PostAsync("", "one", TwoRequests);
        using var other = await PostAsync("", "two", TwoRequests);
        using var refused = await PostAsync("", "three", TwoRequests);
        using var again = await PostAsync("", "one", TwoRequests);

        await refused.AssertErrorAsync(429, "too_many_batches");
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        using var cancelled = await _api.Client.PostAsync($"{Batches}/{await IdAsync(other)}/cancel", content: null);
        using var accepted = await PostAsync("", "three", TwoRequests);
        Assert.Equal(200, (int)accepted.StatusCode);
    }

    [Theory]
    [InlineData("", "[]")]
    [InlineData("?name=other", TwoRequests)]
    public async Task Create_SameKeyAnotherRequest_Answers409(string query, string body)
    {
        using var first = await PostAsync("", "one", TwoRequests);

        using var other = await PostAsync(query, "one", body);

        await other.AssertErrorAsync(409, "idempotency_key_reused");
    }

    [Fact]
    public async Task Create_ClaimWhoseFrontEndDied_MakesTheBatchUnderTheClaimedId()
    {
        using var first = await PostAsync("", "one", TwoRequests);
        var claimed = BatchIds.Create();
        await ForgetAnswerAsync(claimed);

        using var again = await PostAsync("", "one", TwoRequests);

        Assert.Equal(claimed, await IdAsync(again));
        Assert.Equal(2, (await GetAsync($"/{claimed}")).GetProperty("requestTotal").GetInt32());
    }

    [Fact]
    public async Task Append_SameKeyAndBody_AddsOnce()
    {
        const string Body = """{"requests":[{"input":3},{"input":4}]}""";
        using var created = await PostAsync("", key: null, TwoRequests);
        var path = $"/{await IdAsync(created)}/requests";

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(path, "one", Body)));
        await ForgetAnswerAsync();
        using var afterALoss = await PostAsync(path, "one", Body);
        using var late = await PostAsync(path, "one", Body);
        using var otherBody = await PostAsync(path, "one", """{"requests":[{"input":3}]}""");
        using var otherKey = await PostAsync(path, "two", Body);

        foreach (var answer in answers.Append(afterALoss).Append(late))
        {
            Assert.Equal(4, (await answer.ReadJsonAsync()).GetProperty("requestTotal").GetInt32());
        }

        await otherBody.AssertErrorAsync(409, "idempotency_key_reused");
        Assert.Equal(6, (await otherKey.ReadJsonAsync()).GetProperty("requestTotal").GetInt32());
    }

    [Fact]
    public async Task Append_Refused_GivesTheKeyBack()
    {
        using var created = await PostAsync("", key: null, $"[{string.Join(',', Enumerable.Repeat("""{"input":1}""", 50))}]");
        var id = await IdAsync(created);
        var requests = (await GetAsync($"/{id}/requests")).GetProperty("requests");

        using var refused = await PostAsync($"/{id}/requests", "one", """{"requests":[{"input":3}]}""");
        using var removed = await _api.Client.DeleteAsync($"{Batches}/{id}/requests/{requests[0].GetProperty("id").GetString()}");
        using var accepted = await PostAsync($"/{id}/requests", "one", """{"requests":[{"input":4}]}""");

        await refused.AssertErrorAsync(400, "batch_too_large");
        Assert.Equal(200, (int)accepted.StatusCode);
    }

    [Fact]
    public async Task Finalize_SameKey_IsTheFirstAnswerUnlessTheBodyDiffers()
    {
        using var created = await PostAsync("", key: null, """[{"input":{"hold":true}}]""");
        var path = $"/{await IdAsync(created)}/finalize";

        using var first = await PostAsync(path, "one", "");
        using var again = await PostAsync(path, "one", "");
        using var otherBody = await PostAsync(path, "one", """{"webhook":"https://example.com/"}""");
        _api.Cluster.Model.Release();

        Assert.Equal(("FINALIZED", 200), ((await first.ReadJsonAsync()).GetProperty("status").GetString(), (int)again.StatusCode));
        await otherBody.AssertErrorAsync(409, "idempotency_key_reused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/batch_0123456789abcdef0123456789abcdef/requests")]
    [InlineData("/batch_0123456789abcdef0123456789abcdef/finalize")]
    public async Task AnyOperation_KeyTooLong_Answers400(string path)
    {
        using var response = await PostAsync(path, new string('k', 256), "{}");

        await response.AssertErrorAsync(400, "invalid_idempotency_key");
    }

    /// <summary>As if the front end had died before it noted that the last request with a key was done.</summary>
    private async Task ForgetAnswerAsync(string? claimed = null)
    {
        var store = _api.Cluster.Store.GetDatabase();
        var key = await _api.Cluster.Store.GetServers()[0].KeysAsync(pattern: "*/idempotency/*").SingleAsync();
        var parts = ((string)(await store.StringGetAsync(key))!).Split(' ');
        await store.StringSetAsync(key, $"{parts[0]} {claimed ?? parts[1]}");
    }

    private static async Task<string> IdAsync(HttpResponseMessage response)
    {
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _api.Client.GetAsync(Batches + path);
        return await response.ReadJsonAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Batches + path) { Content = HttpAnswers.Json(body) };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await _api.Client.SendAsync(request);
    }
}
