using System.Diagnostics;
using System.Text;
using RunPod.Inference;
using RunPod.Inference.StableDiffusion;
using RunPod.Silo.Store;

namespace RunPod.Bench;

/// <summary>The measurements, each printed as one line.</summary>
internal static class Scenarios
{
    private const int Slots = 16;
    private static readonly byte[] NoOpBody = Encoding.UTF8.GetBytes("""{"input":{"prompt":"PROMPT"}}""".Replace("PROMPT", new string('x', 200), StringComparison.Ordinal));

    /// <summary>Everything with the no-op model on one store; null for the embedded one.</summary>
    public static async Task RunNoOpAsync(string name, string? redis, Func<TimeSpan> storeTime, int jobs)
    {
        using var service = await Service.StartAsync(redis, Slots);
        using var client = new Client(service.Url, service.Key, connections: 32);

        // A cold process spends a third of its time in the JIT; 10,000 jobs are about as many as it takes to be done with that.
        await Client.LoopAsync(32, 10_000, () => client.RunSyncAsync(Service.NoOpEndpoint, NoOpBody));
        await RunToEndAsync(client, 10_000);
        var sizeBefore = await StoreSize.BytesAsync(redis ?? EmbeddedStore.TryReadRunning(service.DataFolder)!);

        var (cpu, storeCpu, loadCpu, started) = (service.ProcessorTime, storeTime(), Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
        var accepted = await RunToEndAsync(client, jobs);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Print(name, "/run, 32 connections", accepted.ToString());
        Print(name, $"{jobs} jobs end to end", Invariant($"{jobs / elapsed.TotalSeconds,8:F0} /s"));
        Print(name, "  processor µs per job", Invariant(
            $"service {Micro(service.ProcessorTime - cpu, jobs):F0}, redis-server {Micro(storeTime() - storeCpu, jobs):F0}, load generator {Micro(Process.GetCurrentProcess().TotalProcessorTime - loadCpu, jobs):F0}"));
        var size = await StoreSize.BytesAsync(redis ?? EmbeddedStore.TryReadRunning(service.DataFolder)!);
        Print(name, "store bytes per retained job", Invariant($"{(size - sizeBefore) / (double)jobs,8:F0}"));
        foreach (var connections in (int[])[1, 32])
        {
            var waited = await Client.LoopAsync(connections, connections * 500, () => client.RunSyncAsync(Service.NoOpEndpoint, NoOpBody));
            Print(name, $"/runsync, {connections} connections", waited.ToString());
        }
    }

    /// <summary>Pages of <c>/requests</c> over a long list of ended jobs.</summary>
    public static async Task RunListAsync(string name, string? redis, int jobs)
    {
        const int Requests = 300;
        using var service = await Service.StartAsync(redis, Slots);
        using var client = new Client(service.Url, service.Key, connections: 32);
        await RunToEndAsync(client, jobs);
        foreach (var offset in (int[])[0, 0, jobs / 2])
        {
            var before = service.WorkingSet;
            var listed = await Client.LoopAsync(1, Requests, () => client.GetAsync($"/v2/{Service.NoOpEndpoint}/requests?offset={offset}"));
            Print(name, $"/requests, {jobs} jobs, from {offset}", Invariant(
                $"{listed}   memory {before / 1048576.0:F0} to {service.WorkingSet / 1048576.0:F0} MiB in {Requests} pages"));
        }
    }

    /// <summary>One picture through the service against the same picture from the pipeline alone, in turn.</summary>
    public static async Task RunPictureAsync(string name, string? redis, int pairs)
    {
        var input = """{"prompt":"a red circle on a blue background","num_inference_steps":20,"seed":1}"""u8.ToArray();
        byte[] body = [.. "{\"input\":"u8, .. input, (byte)'}'];
        using var bare = new StableDiffusionFormat(new StableDiffusionOptions()).Load(
            Path.Combine(AppContext.BaseDirectory, "models", "stable-diffusion-v1"), new InferenceDevice("cpu:0", "CPU"));
        bare.WarmUp(CancellationToken.None);
        using var service = await Service.StartAsync(redis, slots: 1);
        using var client = new Client(service.Url, service.Key, connections: 1);
        await client.RunSyncAsync("picture", body);
        var (served, alone) = (new List<double>(), new List<double>());
        for (var i = 0; i < pairs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.RunSyncAsync("picture", body);
            served.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            started = Stopwatch.GetTimestamp();
            bare.Run(input, new NobodyListens(), CancellationToken.None);
            alone.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var ratios = served.Zip(alone, (a, b) => a / b).Order().ToArray();
        Print(name, "one picture, 20 steps", Invariant(
            $"service {Median(served):F0} ms, pipeline alone {Median(alone):F0} ms, ratio median {ratios[ratios.Length / 2]:F3} ({ratios[0]:F3} to {ratios[^1]:F3}, {pairs} pairs)"));
    }

    /// <summary>Posts jobs to /run and waits until all of them have completed; measures the posting.</summary>
    private static async Task<Measurement> RunToEndAsync(Client client, int jobs)
    {
        var before = await client.CompletedAsync(Service.NoOpEndpoint);
        var accepted = await Client.LoopAsync(32, jobs, () => client.PostAsync($"/v2/{Service.NoOpEndpoint}/run", NoOpBody));
        while (await client.CompletedAsync(Service.NoOpEndpoint) < before + jobs)
        {
            await Task.Delay(20);
        }

        return accepted;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Micro(TimeSpan time, int jobs) => time.TotalMicroseconds / jobs;

    internal static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    internal static void Print(string store, string what, string result) => Console.WriteLine($"{store,-18} {what,-30} {result}");
}
