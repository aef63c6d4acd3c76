using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>Two front ends and a worker on one Redis server: what a user gets at three times the limit of /run, and what another user notices of it.</summary>
internal static class LimitScenario
{
    private const int Limit = 1000;
    private const int Second = 20;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Greedy = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(20);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"input":{"prompt":"a red circle"}}""");

    public static async Task RunAsync(string name, string redis, int rounds)
    {
        string[] limits = [$"--RateLimits:Operations:run:Requests={Limit}", $"--RateLimits:Operations:run:Window={Window}"];
        using var first = await Service.StartAsync(redis, slots: 4, ["--Roles=frontend", .. limits]);
        using var second = await Service.StartAnotherAsync(redis, slots: 4, ["--Roles=frontend", .. limits]);
        using var worker = await Service.StartAnotherAsync(redis, slots: 4, ["--Roles=worker", .. limits]);
        Uri[] urls = [first.Url, second.Url];
        using var greedy = Http(first.Key);
        using var other = Http(await Service.CreateKeyAsync(redis, "other"));

        // The JIT, and the worker's first heartbeat.
        await UseAsync(other, urls, Phase / 4);
        var accepted = await ExceedAsync(greedy, urls, Greedy);
        var inWindow = accepted.Where(start => start <= Greedy - Window).Select(start => accepted.Count(at => at >= start && at < start + Window)).ToArray();
        var expected = Limit * (Greedy / Window);
        Scenarios.Print(name, $"/run at {3 * Limit} per 10 s over two front ends", Scenarios.Invariant(
            $"{accepted.Count} accepted in {Greedy.TotalSeconds:F0} s, {(accepted.Count / expected * 100) - 100:+0.00;-0.00} % of {expected:F0}; {inWindow.Min()} to {inWindow.Max()} in any 10 s"));

        var (alone, beside) = (New(), New());
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var without = await UseAsync(other, urls, Phase);
            var exceeding = ExceedAsync(greedy, urls, Phase);
            var with = await UseAsync(other, urls, Phase);
            await exceeding;
            alone.Add(without);
            beside.Add(with);
            ratios.Add(with.GetValueAtPercentile(99) / (double)without.GetValueAtPercentile(99));
        }

        ratios.Sort();
        Scenarios.Print(name, $"another user's /run and /status, {Second} a second, alone", Percentiles(alone));
        Scenarios.Print(name, "  beside", Percentiles(beside));
        Scenarios.Print(name, "  p99 beside / alone", Scenarios.Invariant(
            $"{beside.GetValueAtPercentile(99) / (double)alone.GetValueAtPercentile(99):F3} of all; median {ratios[ratios.Count / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3}, {rounds} pairs)"));
    }

    /// <summary>Sends three times the limit in an even pace, whatever the answers; returns when those that were accepted were sent.</summary>
    private static async Task<List<TimeSpan>> ExceedAsync(HttpClient http, Uri[] urls, TimeSpan duration)
    {
        var accepted = new List<TimeSpan>();
        var calls = new List<Task>();
        var interval = Window / (3 * Limit);
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            for (var due = Min(Stopwatch.GetElapsedTime(started), duration) / interval; calls.Count < due;)
            {
                calls.Add(SendAsync(urls[calls.Count % urls.Length]));
            }

            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(calls);
        return accepted;

        async Task SendAsync(Uri url)
        {
            var sent = Stopwatch.GetElapsedTime(started);
            using var response = await PostRunAsync(http, url);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                lock (accepted)
                {
                    accepted.Add(sent);
                }
            }
            else if (response.StatusCode != HttpStatusCode.TooManyRequests)
            {
                throw new InvalidOperationException($"/run answered {(int)response.StatusCode}.");
            }
        }
    }

    /// <summary>Submits a job and asks for it, so many times a second on one front end after the other; returns the latencies of both.</summary>
    private static async Task<LongConcurrentHistogram> UseAsync(HttpClient http, Uri[] urls, TimeSpan duration)
    {
        var latencies = New();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Second));
        for (var i = 0; Stopwatch.GetElapsedTime(started) < duration; i++)
        {
            var url = urls[i % urls.Length];
            var jobId = await TimeAsync(async () =>
            {
                using var response = await PostRunAsync(http, url);
                response.EnsureSuccessStatusCode();
                using var job = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
                return job.RootElement.GetProperty("id").GetString()!;
            });
            await TimeAsync(() => http.GetByteArrayAsync(new Uri(url, $"/v2/{Service.NoOpEndpoint}/status/{jobId}")));
            await timer.WaitForNextTickAsync();
        }

        return latencies;

        async Task<T> TimeAsync<T>(Func<Task<T>> call)
        {
            var sent = Stopwatch.GetTimestamp();
            var result = await call();
            latencies.RecordValue(Math.Max(1, Stopwatch.GetElapsedTime(sent).Ticks));
            return result;
        }
    }

    private static async Task<HttpResponseMessage> PostRunAsync(HttpClient http, Uri url)
    {
        using var content = new ByteArrayContent(Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await http.PostAsync(new Uri(url, $"/v2/{Service.NoOpEndpoint}/run"), content);
    }

    private static HttpClient Http(string key)
    {
        var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Percentiles(HistogramBase latencies) => $"p50 {Measurement.Percentile(latencies, 50)}   p99 {Measurement.Percentile(latencies, 99)}";

    private static LongConcurrentHistogram New() => new(1, TimeSpan.FromMinutes(5).Ticks, 3);
}
