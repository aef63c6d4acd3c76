using System.Net;
using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>What a client of one key does with jobs of an endpoint, by default the demo's.</summary>
internal sealed class JobClient(HttpClient http, string defaultEndpoint = JobClient.Endpoint) : IDisposable
{
    public const string Endpoint = "stable-diffusion-v1";

    /// <summary>A picture that takes minutes, so that the test ends it.</summary>
    public static object LongInput { get; } = new { prompt = "a castle at night", num_inference_steps = 499, width = 256, height = 256 };

    /// <summary>A picture that takes a moment.</summary>
    public static object ShortInput { get; } = new { prompt = "a red circle on a blue background", num_inference_steps = 5, seed = 3 };

    /// <summary>What the test model is at until it is stopped, and costs nothing.</summary>
    public static object HeldInput { get; } = new { hold = true };

    /// <summary>What the test model answers at once.</summary>
    public static object EchoInput { get; } = new { prompt = "a blue star" };

    public HttpClient Http => http;

    public Task<HttpResponseMessage> PostAsync(string operation, object body, string? endpoint = null) =>
        http.PostAsync($"/v2/{endpoint ?? defaultEndpoint}/{operation}", HttpAnswers.Json(JsonSerializer.Serialize(body)));

    /// <summary>Submits a job; returns its id.</summary>
    public async Task<string> SubmitAsync(object input, object? policy = null, string? endpoint = null)
    {
        using var response = await PostAsync("run", policy is null ? new { input } : new { input, policy }, endpoint);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var job = await response.ReadJsonAsync();
        Assert.Equal("IN_QUEUE", job.GetProperty("status").GetString());
        return job.GetProperty("id").GetString()!;
    }

    public async Task<string> StatusTextAsync(string jobId, string? endpoint = null)
    {
        using var response = await http.GetAsync($"/v2/{endpoint ?? defaultEndpoint}/status/{jobId}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<JsonElement> StatusAsync(string jobId, string? endpoint = null) => StatusIn(await StatusTextAsync(jobId, endpoint));

    /// <summary>The job once it is in a status; fails when it ends in another one.</summary>
    public async Task<JsonElement> WaitForAsync(string jobId, string status)
    {
        JsonElement job = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                job = await StatusAsync(jobId);
                var now = job.GetProperty("status").GetString();
                Assert.True(now == status || now is "IN_QUEUE" or "IN_PROGRESS", $"Job {jobId} is {job}");
                return now == status;
            },
            $"job {jobId} is {status}",
            Eventually.LongLimit);
        return job;
    }

    public async Task<JsonElement> HealthAsync(string? endpoint = null)
    {
        using var response = await http.GetAsync($"/v2/{endpoint ?? defaultEndpoint}/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>Reads the job's events to their end: the chunks, and the job object.</summary>
    public async Task<(List<JsonElement> Chunks, JsonElement Done)> ReadEventsAsync(string jobId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{defaultEndpoint}/stream/{jobId}");
        request.Headers.Add("Accept", "text/event-stream");
        using var response = await http.SendAsync(request);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n").Where(part => part.Length > 0 && part[0] != ':').ToList();
        const string Data = "data: ";
        const string Done = "event: done\ndata: ";
        Assert.StartsWith(Done, events[^1], StringComparison.Ordinal);
        return (events[..^1].ConvertAll(part => StatusIn(part[Data.Length..])), StatusIn(events[^1][Done.Length..]));
    }

    public async Task CancelAsync(string jobId)
    {
        using var response = await http.PostAsync($"/v2/{defaultEndpoint}/cancel/{jobId}", content: null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("CANCELLED", (await response.ReadJsonAsync()).GetProperty("status").GetString());
    }

    /// <summary>The one picture of a completed job, fetched from the URL in its output without a key.</summary>
    public static Task<byte[]> FetchPictureAsync(JsonElement job) => FetchAsync(PictureUrl(job));

    /// <summary>The same from this client's front end, when the one that the URL names may be gone.</summary>
    public Task<byte[]> FetchPictureHereAsync(JsonElement job) => FetchAsync(new Uri(http.BaseAddress!, PictureUrl(job).PathAndQuery));

    /// <summary>The text of the one file of a completed job of the test model.</summary>
    public static async Task<string> FetchFileAsync(JsonElement job)
    {
        Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
        using var anybody = new HttpClient();
        return await anybody.GetStringAsync(Assert.Single(job.GetProperty("output").EnumerateArray()).GetString());
    }

    public static JsonElement StatusIn(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public void Dispose() => http.Dispose();

    private static Uri PictureUrl(JsonElement job)
    {
        Assert.Equal("COMPLETED", job.GetProperty("status").GetString());
        var output = Assert.Single(job.GetProperty("output").EnumerateArray());
        return new Uri(output.GetProperty("image").GetString()!);
    }

    private static async Task<byte[]> FetchAsync(Uri url)
    {
        using var anybody = new HttpClient();
        using var response = await anybody.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
