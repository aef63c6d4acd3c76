using System.Net;
using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd.Upgrades;

internal static class UpgradeClientExtensions
{
    private const string Batches = $"/v2/{JobClient.Endpoint}/batch";

    public static async Task PurgeAsync(this JobClient client, HttpStatusCode expected)
    {
        using var response = await client.Http.PostAsync($"/v2/{JobClient.Endpoint}/purge-queue", content: null);
        Assert.Equal(expected, response.StatusCode);
    }

    public static async Task RetryAsync(this JobClient client, string jobId)
    {
        using var response = await client.Http.PostAsync($"/v2/{JobClient.Endpoint}/retry/{jobId}", content: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("IN_QUEUE", (await response.ReadJsonAsync()).GetProperty("status").GetString());
    }

    /// <summary>Makes a draft; returns its id.</summary>
    public static async Task<string> CreateBatchAsync(this JobClient client, object input, int count)
    {
        using var response = await client.Http.PostAsync(Batches, HttpAnswers.Json(JsonSerializer.Serialize(Enumerable.Repeat(new { input }, count))));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var batch = await response.ReadJsonAsync();
        Assert.Equal("DRAFT", batch.GetProperty("status").GetString());
        return batch.GetProperty("id").GetString()!;
    }

    /// <summary>Finalizes a draft and waits until all of its requests are completed.</summary>
    public static async Task CompleteBatchAsync(this JobClient client, string batchId, int count)
    {
        using (var finalized = await client.Http.PostAsync($"{Batches}/{batchId}/finalize", content: null))
        {
            Assert.Equal(HttpStatusCode.OK, finalized.StatusCode);
        }

        await Eventually.HoldsAsync(
            async () => (await client.BatchAsync(batchId)).GetProperty("status").GetString() == "COMPLETED", "the batch completes", Eventually.LongLimit);
        Assert.Equal(count, (await client.BatchAsync(batchId)).GetProperty("requestCompleted").GetInt32());
    }

    public static async Task<JsonElement> BatchAsync(this JobClient client, string batchId)
    {
        using var response = await client.Http.GetAsync($"{Batches}/{batchId}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>Submits a job under an idempotency key; returns its id.</summary>
    public static async Task<string> SubmitOnceAsync(this JobClient client, object input, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/{JobClient.Endpoint}/run")
        {
            Content = HttpAnswers.Json(JsonSerializer.Serialize(new { input })),
            Headers = { { "Idempotency-Key", key } },
        };
        using var response = await client.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }
}
