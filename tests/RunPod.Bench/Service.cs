using System.Diagnostics;
using System.Text.RegularExpressions;
using RunPod.Chaos.Clusters;

namespace RunPod.Bench;

/// <summary>The service under load, as a process of its own on fresh data: this program with the command <c>serve</c>.</summary>
internal sealed partial class Service : IDisposable
{
    public const string NoOpEndpoint = "noop";

    /// <summary>As the no-op endpoint, but each job takes 50 ms of a slot.</summary>
    public const string SlowEndpoint = "slow";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runpod-bench-");
    private readonly Process _process;
    private readonly string? _redis;

    private Service(string? redis, int slots, string[] more)
    {
        _redis = redis;
        AddModel(NoOpEndpoint, "0");
        AddModel(SlowEndpoint, "50");
        Url = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        string[] settings =
        [
            $"--urls={Url.GetLeftPart(UriPartial.Authority)}",
            $"--Silo:Port={FreePort.Find()}",
            $"--Silo:GatewayPort={FreePort.Find()}",
            $"--Store:DataFolder={Path.Combine(_folder.FullName, "data")}",
            $"--Models:Folder={Path.Combine(_folder.FullName, "models")}",
            $"--Workers:SlotsPerDevice={slots}",
            $"--Endpoints:picture:Model={Path.Combine(AppContext.BaseDirectory, "models", "stable-diffusion-v1")}",
            "--EndpointQueue:MinCapacity=1000000",
            .. new[] { "run", "runsync", "status", "status-sync", "health", "requests", "batch", "batch-status" }.SelectMany(operation =>
                new[] { $"--RateLimits:Operations:{operation}:Requests=1000000", $"--RateLimits:Operations:{operation}:Concurrency=10000" }),
            .. more,
        ];
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in (string[])["serve", .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        SetStore(start);
        _process = Process.Start(start)!;
    }

    public Uri Url { get; }

    public string Key { get; private set; } = "";

    public string DataFolder => Path.Combine(_folder.FullName, "data");

    /// <summary>Processor time that the service has used, the embedded store included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory in use.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts the first front end on a store and returns once it has shown its first key.</summary>
    public static async Task<Service> StartAsync(string? redis, int slots, params string[] more)
    {
        var service = new Service(redis, slots, more);
        while (await service._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (KeyPattern().Match(line) is { Success: true } match)
            {
                service.Key = match.Value;
                _ = service._process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return service;
            }
        }

        throw new InvalidOperationException("The service ended before it was ready.");
    }

    /// <summary>Starts one more process of the service and returns once it is ready.</summary>
    public static async Task<Service> StartAnotherAsync(string redis, int slots, params string[] more)
    {
        var service = new Service(redis, slots, more);
        _ = service._process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        using var http = new HttpClient();
        while (!await IsReadyAsync(http, service.Url))
        {
            await Task.Delay(200);
        }

        return service;
    }

    /// <summary>Makes a key for a user, with the service's own command.</summary>
    public async Task<string> CreateKeyAsync(string user)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "RunPod.Silo.dll"), "keys", "create", "--user", user, $"--Store:DataFolder={DataFolder}"];
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true };
        SetStore(start);
        using var process = Process.Start(start)!;
        return KeyPattern().Match(await process.StandardOutput.ReadToEndAsync()) is { Success: true } match ? match.Value : throw new InvalidOperationException("No key was made.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri url)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(url, "/healthz/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void SetStore(ProcessStartInfo start)
    {
        if (_redis is not null)
        {
            start.Environment["ConnectionStrings__redis"] = _redis;
        }
    }

    private void AddModel(string endpoint, string delay)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "models", endpoint));
        File.WriteAllText(Path.Combine(folder.FullName, NoOpFormat.FileName), delay);
    }

    [GeneratedRegex("rpa_[0-9A-Za-z]+")]
    private static partial Regex KeyPattern();
}
