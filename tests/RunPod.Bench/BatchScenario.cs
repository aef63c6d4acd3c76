using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HdrHistogram;
using RunPod.Silo.Store;

namespace RunPod.Bench;

/// <summary>A batch of jobs that take 50 ms each on 4 slots, and a user who waits for one such job after the other.</summary>
internal static class BatchScenario
{
    private const int Slots = 4;
    private const string Batches = $"/v2/{Service.SlowEndpoint}/batch";

    private static readonly string Request = """{"input":{"prompt":"PROMPT"}}""".Replace("PROMPT", new string('x', 200), StringComparison.Ordinal);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Request);

    public static async Task RunAsync(string name, string? redis, int requests, int interactive, int rounds)
    {
        using var service = await Service.StartAsync(redis, Slots);
        using var client = new Client(service.Url, service.Key, connections: 8);
        Task<Measurement> WaitInTurnAsync(int jobs) => Client.LoopAsync(1, jobs, () => client.RunSyncAsync(Service.SlowEndpoint, Body));

        // The JIT: a small batch, and some jobs.
        await EndOfAsync(client, await StartAsync(client, 200));
        await WaitInTurnAsync(50);
        await MeasureCreationAsync(name, service, client, redis, requests);

        var (alone, beside) = (New(), New());
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var without = await WaitInTurnAsync(interactive);
            var batchId = await StartAsync(client, requests);
            var with = await WaitInTurnAsync(interactive);
            var status = await client.GetAsync($"{Batches}/{batchId}");
            if (status.AsSpan().IndexOf("\"FINALIZED\""u8) < 0)
            {
                throw new InvalidOperationException("The batch ended before the interactive jobs did; give it more requests.");
            }

            await client.PostAsync($"{Batches}/{batchId}/cancel", []);
            await EndOfAsync(client, batchId);
            alone.Add(without.Latencies);
            beside.Add(with.Latencies);
            ratios.Add(with.Latencies.GetValueAtPercentile(99) / (double)without.Latencies.GetValueAtPercentile(99));
        }

        ratios.Sort();
        Scenarios.Print(name, "/runsync of 50 ms, alone", Percentiles(alone));
        Scenarios.Print(name, $"  beside a batch of {requests}", Percentiles(beside));
        Scenarios.Print(name, "  p99 beside / alone", Scenarios.Invariant($"median {ratios[ratios.Count / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3}, {rounds} pairs)"));

        var started = Stopwatch.GetTimestamp();
        await EndOfAsync(client, await StartAsync(client, requests));
        Scenarios.Print(name, $"batch of {requests} on {Slots} slots", Scenarios.Invariant($"{requests / Stopwatch.GetElapsedTime(started).TotalSeconds,8:F0} /s"));
    }

    private static async Task MeasureCreationAsync(string name, Service service, Client client, string? redis, int requests)
    {
        var store = redis ?? EmbeddedStore.TryReadRunning(service.DataFolder)!;
        var (size, memory, started) = (await StoreSize.BytesAsync(store), service.WorkingSet, Stopwatch.GetTimestamp());
        var batchId = await CreateAsync(client, requests);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var stored = await StoreSize.BytesAsync(store) - size;
        Scenarios.Print(name, $"creating a batch of {requests}", Scenarios.Invariant(
            $"{elapsed.TotalMilliseconds:F0} ms, {stored / (double)requests:F0} store bytes a request of {Request.Length}, memory {memory / 1048576.0:F0} to {service.WorkingSet / 1048576.0:F0} MiB"));
        await client.PostAsync($"{Batches}/{batchId}/cancel", []);
    }

    private static async Task<string> CreateAsync(Client client, int requests)
    {
        var answer = await client.PostAsync(Batches, Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Request, requests))}]"));
        using var batch = JsonDocument.Parse(answer);
        return batch.RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<string> StartAsync(Client client, int requests)
    {
        var batchId = await CreateAsync(client, requests);
        await client.PostAsync($"{Batches}/{batchId}/finalize", []);
        return batchId;
    }

    private static async Task EndOfAsync(Client client, string batchId)
    {
        while ((await client.GetAsync($"{Batches}/{batchId}")).AsSpan().IndexOf("\"FINALIZED\""u8) >= 0)
        {
            await Task.Delay(50);
        }
    }

    private static string Percentiles(HistogramBase latencies) => $"p50 {Measurement.Percentile(latencies, 50)}   p99 {Measurement.Percentile(latencies, 99)}";

    private static LongHistogram New() => new(1, TimeSpan.FromMinutes(5).Ticks, 3);
}
