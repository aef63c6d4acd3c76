using System.Globalization;
using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(RestartedSilosCollection))]
public sealed class BatchTests(RestartedSilos silos)
{
    private const int Total = 60;
    private const string Batches = $"/v2/{SiloProcess.TestEndpoint}/batch";

    [Theory, Stores(Both = true)]
    public async Task Kill_WhileABatchRuns_EveryRequestHasOneResultAfterStart(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = silo.CreateClient();
        var id = await StartAsync(client, Enumerable.Range(0, Total).Select(number => new { input = new { pause = 50, number } }));
        await Eventually.HoldsAsync(async () => Number(await GetAsync(client, id), "requestCompleted") >= 5, "5 requests are completed", Eventually.LongLimit);
        var before = await CompletedAsync(client, id);

        silo.Kill();
        Assert.InRange(before.Count, 5, Total - 1);
        await silo.StartAsync();
        JsonElement batch = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                batch = await GetAsync(client, id);
                return batch.GetProperty("status").GetString() == "COMPLETED";
            },
            "the batch completes",
            Eventually.LongLimit);
        var after = await CompletedAsync(client, id);

        Assert.Equal((Total, 0, Total, 0), (Number(batch, "requestTotal"), Number(batch, "requestInProgress"), Number(batch, "requestCompleted"), Number(batch, "requestFailed")));
        Assert.Equal(Total, after.Count);
        Assert.All(before, request => Assert.Equal(request.Value, after[request.Key]));
    }

    /// <summary>Creates a batch and finalizes it; returns its id.</summary>
    internal static async Task<string> StartAsync(HttpClient client, IEnumerable<object> requests)
    {
        using var created = await client.PostAsync(Batches, HttpAnswers.Json(JsonSerializer.Serialize(requests)));
        Assert.Equal(200, (int)created.StatusCode);
        var id = (await created.ReadJsonAsync()).GetProperty("id").GetString()!;
        using var finalized = await client.PostAsync($"{Batches}/{id}/finalize", content: null);
        Assert.Equal(200, (int)finalized.StatusCode);
        return id;
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string id)
    {
        using var response = await client.GetAsync($"{Batches}/{id}");
        Assert.Equal(200, (int)response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>The completed requests, whole, by their id.</summary>
    private static async Task<Dictionary<string, string>> CompletedAsync(HttpClient client, string id)
    {
        var completed = new Dictionary<string, string>();
        JsonElement page;
        var offset = 0;
        do
        {
            using var response = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Batches}/{id}/requests?status=COMPLETED&offset={offset}"));
            page = await response.ReadJsonAsync();
            foreach (var request in page.GetProperty("requests").EnumerateArray())
            {
                completed.TryAdd(request.GetProperty("id").GetString()!, request.GetRawText());
            }

            offset += page.GetProperty("requests").GetArrayLength();
        }
        while (page.GetProperty("hasMore").GetBoolean());

        return completed;
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
