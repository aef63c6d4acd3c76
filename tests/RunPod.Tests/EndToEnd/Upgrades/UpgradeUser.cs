using System.Net;
using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd.Upgrades;

/// <summary>What a client does while the service is upgraded: it asks again after a 503 and expects no other fault.</summary>
internal sealed class UpgradeUser(JobClient client)
{
    private static readonly object TinyInput = new { prompt = "a red circle", num_inference_steps = 4, preview = 1, width = 64, height = 64 };

    public Task WaitForWorkersAsync(int count) => Eventually.HoldsAsync(
        async () => (await client.HealthAsync()).GetProperty("workers").GetProperty("ready").GetInt32() == count, $"{count} workers are ready", Eventually.LongLimit);

    public async Task<string> SubmitAsync(object input)
    {
        var job = await AskAsync(() => client.PostAsync("run", new { input }));
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>Waits by <c>/status-sync</c>; returns the job as it ended.</summary>
    public async Task<JsonElement> WaitForEndAsync(string jobId)
    {
        JsonElement job = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                job = await AskAsync(() => client.Http.GetAsync($"/v2/{JobClient.Endpoint}/status-sync/{jobId}?wait=20000"));
                return job.GetProperty("status").GetString() is not ("IN_QUEUE" or "IN_PROGRESS");
            },
            $"job {jobId} ends",
            Eventually.LongLimit);
        return job;
    }

    public async Task UseEveryOperationAsync(WebhookReceiver receiver)
    {
        var sync = await AskAsync(() => client.PostAsync("runsync?wait=60000", new { input = TinyInput, webhook = receiver.Url }));
        Assert.NotEmpty(await JobClient.FetchPictureAsync(sync));
        var told = Assert.Single(await receiver.WaitForAsync(1)).Json;
        Assert.Equal((sync.GetProperty("id").GetString(), "COMPLETED"), (told.GetProperty("id").GetString(), told.GetProperty("status").GetString()));

        var streamed = await SubmitAsync(TinyInput);
        var (chunks, done) = await client.ReadEventsAsync(streamed);
        Assert.Equal([1, 2, 3, 4], chunks.Select(chunk => chunk.GetProperty("step").GetInt32()));
        Assert.Equal("COMPLETED", done.GetProperty("status").GetString());

        var running = await client.SubmitAsync(JobClient.LongInput);
        await client.WaitForAsync(running, "IN_PROGRESS");
        var queued = await client.SubmitAsync(TinyInput);
        await client.CancelAsync(queued);
        await client.CancelAsync(running);
        Assert.Equal("CANCELLED", (await WaitForEndAsync(running)).GetProperty("status").GetString());
        Assert.Equal("CANCELLED", (await WaitForEndAsync(queued)).GetProperty("status").GetString());

        var failed = await client.SubmitAsync(new { prompt = "a star", scheduler = "none" });
        await client.WaitForAsync(failed, "FAILED");
        await client.RetryAsync(failed);
        Assert.Equal("FAILED", (await WaitForEndAsync(failed)).GetProperty("status").GetString());

        await client.CompleteBatchAsync(await client.CreateBatchAsync(TinyInput, 3), 3);
        await client.PurgeAsync(HttpStatusCode.OK);
        await client.PurgeAsync(HttpStatusCode.OK);
        await client.PurgeAsync(HttpStatusCode.TooManyRequests);
    }

    private static async Task<JsonElement> AskAsync(Func<Task<HttpResponseMessage>> ask)
    {
        JsonElement body = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                using var response = await ask();
                body = await response.ReadJsonAsync();
                Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{(int)response.StatusCode}: {body}");
                return response.StatusCode == HttpStatusCode.OK;
            },
            "the request is answered with 200",
            Eventually.LongLimit);
        return body;
    }
}
