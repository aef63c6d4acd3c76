using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>A closed-loop load generator: each connection sends its next request when the answer has come.</summary>
internal sealed class Client : IDisposable
{
    private readonly HttpClient _http;

    public Client(Uri url, string key, int connections)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Sends requests over so many connections until the number is reached.</summary>
    public static async Task<Measurement> LoopAsync(int connections, int requests, Func<Task> send)
    {
        var latencies = new LongConcurrentHistogram(1, TimeSpan.FromMinutes(5).Ticks, 3);
        var started = Stopwatch.GetTimestamp();
        var left = requests;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var sent = Stopwatch.GetTimestamp();
                await send();
                latencies.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(sent).Ticks));
            }
        }));
        return new Measurement(requests, Stopwatch.GetElapsedTime(started), latencies);
    }

    /// <summary>Posts a body and returns the answer; fails unless it is a success.</summary>
    public async Task<byte[]> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync(path, content);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Posts to /runsync and fails unless the job has completed.</summary>
    public async Task RunSyncAsync(string endpoint, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync($"/v2/{endpoint}/runsync", content);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (answer.AsSpan().IndexOf("\"COMPLETED\""u8) < 0)
        {
            throw new InvalidOperationException("A job did not complete: " + System.Text.Encoding.UTF8.GetString(answer));
        }
    }

    /// <summary>Gets a path and fails unless it is there.</summary>
    public Task<byte[]> GetAsync(string path) => _http.GetByteArrayAsync(path);

    /// <summary>How many jobs of an endpoint have completed.</summary>
    public async Task<long> CompletedAsync(string endpoint)
    {
        using var health = JsonDocument.Parse(await _http.GetByteArrayAsync($"/v2/{endpoint}/health"));
        return health.RootElement.GetProperty("jobs").GetProperty("completed").GetInt64();
    }

    /// <summary>How many jobs of an endpoint wait.</summary>
    public async Task<long> QueuedAsync(string endpoint)
    {
        using var health = JsonDocument.Parse(await _http.GetByteArrayAsync($"/v2/{endpoint}/health"));
        return health.RootElement.GetProperty("jobs").GetProperty("inQueue").GetInt64();
    }

    public void Dispose() => _http.Dispose();
}
