using System.Globalization;
using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class BatchTests
{
    private const int Total = 60;
    private const string Batches = $"/v2/{JobClient.Endpoint}/batch";

    [Theory, Stores(Both = true)]
    public async Task Kill_WhileABatchRuns_EveryRequestHasOneResultAfterStart(StoreKind store)
    {
        await using var silo = await SiloProcess.StartAsync(store, "--Batches:Window=20", "--Batches:Retention=00:05:00");
        using var client = silo.CreateClient();
        var id = await StartAsync(client, Enumerable.Range(0, Total));
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

    [Theory, Stores]
    public async Task Retention_Over_LeavesNothingBehind(StoreKind store)
    {
        await using var silo = await SiloProcess.StartAsync(store, "--Batches:Retention=00:00:05");
        using var client = silo.CreateClient();
        var id = await StartAsync(client, Enumerable.Range(0, 70));
        using (var cancel = await client.PostAsync($"{Batches}/{id}/cancel", content: null))
        {
            Assert.True(cancel.IsSuccessStatusCode);
        }

        // The scan shows the batch while it is there, so that finding nothing later says something.
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, id));
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, "tortoiseshell"));
        var uuid = id["batch_".Length..];
        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, uuid)).Length == 0, "no key or value mentions the batch or its requests", Eventually.LongLimit);

        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, "tortoiseshell"));
        using var gone = await client.GetAsync($"{Batches}/{id}");
        await gone.AssertErrorAsync(404, "batch_not_found");
    }

    private static async Task<string> StartAsync(HttpClient client, IEnumerable<int> seeds)
    {
        var requests = seeds.Select(seed => new { input = new { prompt = "a tortoiseshell umbrella", num_inference_steps = 3, width = 64, height = 64, seed } });
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
