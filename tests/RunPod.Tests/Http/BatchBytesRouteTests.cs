using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Batches;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

public sealed class BatchBytesRouteTests
{
    private const string Batches = $"/v2/{TestCluster.Endpoint}/batch";

    [Fact]
    public async Task Create_MadeAndCancelledAgainAndAgain_KeepsNothingAndWhatIsKeptHasALimit()
    {
        await using var api = await ClusterApi.StartAsync(configure: options =>
            options.ConfigureSilo = (silo, _) => silo.Services.Configure<BatchOptions>(batches => batches.MaxBytes = 500_000));
        var body = $$"""[{"input":"tortoiseshell {{new string('x', 300_000)}}"}]""";
        for (var round = 0; round < 5; round++)
        {
            using var made = await api.Client.PostAsync(Batches, HttpAnswers.Json(body));
            using var cancelled = await api.Client.PostAsync($"{Batches}/{(await made.ReadJsonAsync()).GetProperty("id").GetString()}/cancel", content: null);
            Assert.Equal((200, 200), ((int)made.StatusCode, (int)cancelled.StatusCode));
        }

        Assert.Empty(await api.Cluster.FindInStoreAsync("tortoiseshell"));
        using var kept = await api.Client.PostAsync(Batches, HttpAnswers.Json(body));
        using var refused = await api.Client.PostAsync(Batches, HttpAnswers.Json(body));
        Assert.Contains("500000 bytes", await refused.AssertErrorAsync(429, "too_many_batch_bytes"), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
    }
}
