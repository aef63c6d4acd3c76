using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Batches;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Http;

/// <summary>A batch whose creation was answered 503 is not there: its client does not know it.</summary>
public sealed class BatchLateTests : IAsyncLifetime
{
    private const string Batches = $"/v2/{TestCluster.Endpoint}/batch";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync(_clock, options =>
        options.ConfigureSilo = (silo, _) => silo.Services.Configure<BatchOptions>(batches => batches.MaxActive = 1));

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Create_StoreTooSlow_LeavesNoDraft()
    {
        using var known = await _api.Client.GetAsync(Batches);

        using (var late = await WhileTheStoreHangsAsync(key: null))
        {
            await late.AssertErrorAsync(503, "unavailable");
        }

        // What was under way when the answer was given comes to its end now.
        await Eventually.HoldsAsync(
            async () =>
            {
                using var created = await PostAsync(key: null);
                return created.IsSuccessStatusCode;
            },
            "another batch can be created");
        Assert.Single((await ListAsync()).GetProperty("batches").EnumerateArray());
        await Eventually.HoldsAsync(async () => (await _api.Cluster.FindInStoreAsync("tortoiseshell")).Length == 1, "the late one's requests are gone");
    }

    [Fact]
    public async Task Create_StoreTooSlowAndRetriedWithItsKey_IsOneDraft()
    {
        using var known = await _api.Client.GetAsync(Batches);

        using (var late = await WhileTheStoreHangsAsync("one"))
        {
            await late.AssertErrorAsync(503, "unavailable");
        }

        using var created = await PostAsync("one");

        Assert.Equal(200, (int)created.StatusCode);
        Assert.Equal(1, Assert.Single((await ListAsync()).GetProperty("batches").EnumerateArray()).GetProperty("requestTotal").GetInt32());
    }

    private async Task<HttpResponseMessage> WhileTheStoreHangsAsync(string? key)
    {
        // The cluster's own connection is one of those that wait.
        await using var connection = await ConnectionMultiplexer.ConnectAsync(_api.Cluster.Store.Configuration);
        var store = connection.GetDatabase();
        await store.ExecuteAsync("CLIENT", "PAUSE", "20000", "WRITE");
        var creating = PostAsync(key);
        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(5));
                return creating.IsCompleted;
            },
            "the request is answered");
        await store.ExecuteAsync("CLIENT", "UNPAUSE");
        return await creating;
    }

    private async Task<JsonElement> ListAsync()
    {
        using var response = await _api.Client.GetAsync(Batches);
        return await response.ReadJsonAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Batches) { Content = HttpAnswers.Json("""[{"input":"tortoiseshell"}]""") };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return await _api.Client.SendAsync(request);
    }
}
