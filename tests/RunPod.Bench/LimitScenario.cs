using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>Two front ends and a worker on one Redis server: what a user gets beyond the limit of /run, and what another user notices of it.</summary>
internal static class LimitScenario
{
    private const int Limit = 1000;
    private const int Excess = 3;
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
        using var other = Http(await first.CreateKeyAsync("other"));

        // The JIT, and the worker's first heartbeat.
        await UseAsync(other, urls, Phase / 4);
        var accepted = await SubmitAsync(greedy, urls, Excess * Limit, Greedy);
        var inWindow = accepted.Where(start => start <= Greedy - Window).Select(start => accepted.Count(at => at >= start && at < start + Window)).ToArray();
        var expected = Limit * (Greedy / Window);
        Scenarios.Print(name, $"/run at {Excess * Limit} per 10 s over two front ends", Scenarios.Invariant(
            $"{accepted.Count} accepted in {Greedy.TotalSeconds:F0} s, {(accepted.Count / expected * 100) - 100:+0.00;-0.00} % of {expected:F0}; {inWindow.Min()} to {inWindow.Max()} in any 10 s"));

        List<HistogramBase> alone = [], within = [], beyond = [];
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(await UseAsync(other, urls, Phase));
            within.Add(await BesideAsync(Limit));
            beyond.Add(await BesideAsync(Excess * Limit));
        }

        Scenarios.Print(name, $"another user's /run and /status, {Second} a second, alone", Percentiles(alone));
        Scenarios.Print(name, "  beside one at the limit", Percentiles(within));
        Scenarios.Print(name, $"  beside one at {Excess} times the limit", Percentiles(beyond));
        Scenarios.Print(name, "  p99 at the limit / alone", Ratio(within, alone));
        Scenarios.Print(name, $"  p99 at {Excess} times / at the limit", Ratio(beyond, within));
        Scenarios.Print(name, $"  p99 at {Excess} times / alone", Ratio(beyond, alone));

        async Task<HistogramBase> BesideAsync(int perWindow)
        {
            var submitting = SubmitAsync(greedy, urls, perWindow, Phase);
            var latencies = await UseAsync(other, urls, Phase);
            await submitting;
            return latencies;
        }
    }

    /// <summary>Sends /run in an even pace, whatever the answers; returns when those that were accepted were sent.</summary>
    private static async Task<List<TimeSpan>> SubmitAsync(HttpClient http, Uri[] urls, int perWindow, TimeSpan duration)
    {
        var accepted = new List<TimeSpan>();
        var calls = new List<Task>();
        var interval = Window / perWindow;
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

    private static string Percentiles(List<HistogramBase> rounds)
    {
        var all = Pool(rounds);
        return $"p50 {Measurement.Percentile(all, 50)}   p99 {Measurement.Percentile(all, 99)}";
    }

    private static string Ratio(List<HistogramBase> rounds, List<HistogramBase> bases)
    {
        var ratios = rounds.Zip(bases, P99).Order().ToArray();
        return Scenarios.Invariant(
            $"{P99(Pool(rounds), Pool(bases)):F3} of all; median {ratios[ratios.Length / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3}, {ratios.Length} rounds)");

        static double P99(HistogramBase one, HistogramBase other) => one.GetValueAtPercentile(99) / (double)other.GetValueAtPercentile(99);
    }

    private static LongConcurrentHistogram Pool(List<HistogramBase> rounds)
    {
        var all = New();
        rounds.ForEach(all.Add);
        return all;
    }

    private static LongConcurrentHistogram New() => new(1, TimeSpan.FromMinutes(5).Ticks, 3);
}
