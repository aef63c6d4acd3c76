using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace RunPod.Bench;

/// <summary>Users who together offer far more than they may: whether each gets what the limits say, how fast, and whether memory stays.</summary>
internal static class OverloadScenario
{
    private const int Users = 12;
    private const int Limit = 1000;

    /// <summary>Requests of a user that may be unanswered; beyond, they count as not sent.</summary>
    private const int MostUnanswered = 500;

    /// <summary>Growth from the second minute on that is taken for none, and the share by which what passes may miss the limit.</summary>
    private const double Growth = 0.1;
    private const double Deviation = 0.01;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"input":{"prompt":"a red circle"}}""");

    public static async Task RunAsync(string name, string? redis, TimeSpan duration, int perSecond)
    {
        // The service's own limits, which the other scenarios raise.
        using var service = await Service.StartAsync(
            redis,
            slots: 4,
            $"--RateLimits:Operations:run:Requests={Limit}",
            $"--RateLimits:Operations:run:Window={Window}",
            "--RateLimits:Operations:run:Concurrency=200",
            "--EndpointQueue:MinCapacity=50");
        var keys = new List<string>();
        while (keys.Count < Users)
        {
            keys.Add(await service.CreateKeyAsync($"user{keys.Count}"));
        }

        var current = new OverloadMinute(Users);
        using var end = new CancellationTokenSource();
        var load = Task.WhenAll(keys.Select((key, user) => OfferAsync(service.Url, key, user, perSecond / (double)Users, () => current, end.Token)));
        var watch = WatchQueueAsync(service, () => current, end.Token);
        var minutes = new List<(OverloadMinute Minute, long Memory)>();
        while (minutes.Count < Math.Max(1, duration.TotalMinutes))
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromMinutes(1)), load);
            minutes.Add((Interlocked.Exchange(ref current, new OverloadMinute(Users)), service.WorkingSet));
            Print(name, minutes.Count, minutes[^1].Minute, minutes[^1].Memory);
        }

        await end.CancelAsync();
        await Task.WhenAll(load, watch);
        Judge(name, minutes);
    }

    private static void Judge(string name, List<(OverloadMinute Minute, long Memory)> minutes)
    {
        // In the first minute everything starts, and a whole limit is free at once.
        var counted = minutes.Skip(minutes.Count > 1 ? 1 : 0).ToArray();
        var expected = Limit * (TimeSpan.FromMinutes(counted.Length) / Window);
        var passed = Enumerable.Range(0, Users).Select(user => counted.Sum(minute => minute.Minute.Passed[user])).ToArray();
        var isExact = passed.All(count => Math.Abs(count - expected) <= expected * Deviation);
        var (first, last) = (counted[0].Memory, counted[^1].Memory);
        var growth = (last / (double)first) - 1;
        var (limits, memory) = (isExact ? "exact" : "NOT exact", growth < Growth ? "stays" : "GROWS");
        Scenarios.Print(name, "verdict", Scenarios.Invariant(
            $"limits {limits}: {passed.Sum()} passed of {expected * Users:F0}, {passed.Min()} to {passed.Max()} a user; ")
            + Scenarios.Invariant($"memory {memory}: {growth * 100:+0.0;-0.0} % from minute {minutes.Count - counted.Length + 1} to {minutes.Count}"));
    }

    private static void Print(string name, int number, OverloadMinute minute, long memory)
    {
        var refused = string.Join(", ", minute.Refused.OrderByDescending(refused => refused.Value).Select(refused => $"{refused.Value} {refused.Key}"));
        var (p50, p99) = (Measurement.Percentile(minute.Latencies, 50), Measurement.Percentile(minute.Latencies, 99));
        Scenarios.Print(name, $"minute {number}", Scenarios.Invariant(
            $"{minute.Offered / 60.0:F0}/s offered, {minute.Accepted} accepted, p50 {p50}   p99 {p99}; {refused}; ")
            + Scenarios.Invariant($"memory {memory / 1048576.0:F0} MiB, queue {minute.Queued}"));
    }

    /// <summary>Sends /run in an even pace, whatever the answers.</summary>
    private static async Task OfferAsync(Uri url, string key, int user, double perSecond, Func<OverloadMinute> minute, CancellationToken end)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var (sent, unanswered, started) = (0L, 0, Stopwatch.GetTimestamp());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!end.IsCancellationRequested)
        {
            for (var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond); sent < due; sent++)
            {
                if (Volatile.Read(ref unanswered) < MostUnanswered)
                {
                    Interlocked.Increment(ref unanswered);
                    _ = SendAsync();
                }
                else
                {
                    minute().Refuse("not sent");
                }
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        while (Volatile.Read(ref unanswered) > 0)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        async Task SendAsync()
        {
            var start = Stopwatch.GetTimestamp();
            minute().Offer();
            try
            {
                using var content = new ByteArrayContent(Body);
                content.Headers.ContentType = new("application/json");
                using var response = await http.PostAsync($"/v2/{Service.NoOpEndpoint}/run", content, CancellationToken.None);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    minute().Pass(user);
                    minute().Accept(Stopwatch.GetElapsedTime(start));
                }
                else
                {
                    using var error = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(CancellationToken.None));
                    var code = error.RootElement.GetProperty("code").GetString();
                    minute().Refuse($"{(int)response.StatusCode} {code}");
                    if (code == "queue_full")
                    {
                        minute().Pass(user);
                    }
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException)
            {
                minute().Refuse(exception.GetType().Name);
            }
            finally
            {
                Interlocked.Decrement(ref unanswered);
            }
        }
    }

    private static async Task WatchQueueAsync(Service service, Func<OverloadMinute> minute, CancellationToken end)
    {
        using var client = new Client(service.Url, service.Key, connections: 1);
        while (!end.IsCancellationRequested)
        {
            var queued = await client.QueuedAsync(Service.NoOpEndpoint);
            minute().Queued = Math.Max(minute().Queued, queued);
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }
}
