using System.Diagnostics;
using System.Text.RegularExpressions;
using RunPod.Chaos.Clusters;
using RunPod.Fuzz.Rules;

namespace RunPod.Fuzz.Services;

/// <summary>The service under attack: a process of its own on fresh data, whose log is watched.</summary>
internal sealed partial class FuzzedService : IDisposable
{
    /// <summary>Its jobs end at once.</summary>
    public const string Echo = "echo";

    /// <summary>Its jobs take a moment, so that they can be found waiting and running.</summary>
    public const string Slow = "slow";

    private static readonly string[] Raised =
    [
        "run", "runsync", "status", "status-sync", "stream", "cancel", "retry", "requests", "batch", "batch-status", "health",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runpod-fuzz-");
    private readonly RedisProcess? _redis;
    private readonly Process _process;
    private readonly LogWatch _log;
    private readonly TaskCompletionSource<string> _key = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _silo;
    private bool _isDisposed;

    private FuzzedService(string silo, RedisProcess? redis, Findings findings)
    {
        (_silo, _redis) = (silo, redis);
        AddModel(Echo, TimeSpan.Zero);
        AddModel(Slow, TimeSpan.FromMilliseconds(50));
        Address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        LogPath = Path.Combine(_folder.FullName, "service.log");
        _log = new LogWatch(LogPath, findings);
        var start = new ProcessStartInfo("dotnet", [silo, "serve", .. Settings()])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SetStore(start);
        _process = Process.Start(start)!;
        _ = ReadAsync(_process.StandardOutput);
        _ = ReadAsync(_process.StandardError);
    }

    public Uri Address { get; }

    public string LogPath { get; }

    /// <summary>The first user's key.</summary>
    public string Key { get; private set; } = "";

    public bool IsAlive => !_process.HasExited;

    /// <summary>Bytes of memory in use.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Starts the service and returns once it is ready.</summary>
    /// <param name="silo">The RunPod.Fuzz.dll whose service it is.</param>
    /// <param name="onRedis">Whether it has a Redis server, or the embedded store.</param>
    /// <param name="findings">Where errors in its log go.</param>
    public static async Task<FuzzedService> StartAsync(string silo, bool onRedis, Findings findings)
    {
        RedisProcess? redis = null;
        if (onRedis)
        {
            redis = new RedisProcess(Directory.CreateTempSubdirectory("runpod-fuzz-redis-").FullName, "127.0.0.1", FreePort.Find(), "everysec");
            await redis.StartAsync();
        }

        var service = new FuzzedService(silo, redis, findings);
        var ended = service._process.WaitForExitAsync();
        if (await Task.WhenAny(service._key.Task, ended).WaitAsync(TimeSpan.FromMinutes(3)) == ended)
        {
            throw new InvalidOperationException($"The service ended before it was ready; see {service.LogPath}.");
        }

        service.Key = await service._key.Task;
        return service;
    }

    /// <summary>Makes a key for another user, with the service's own command.</summary>
    public async Task<string> CreateKeyAsync(string user)
    {
        var program = Path.Combine(Path.GetDirectoryName(_silo)!, "RunPod.Silo.dll");
        string[] arguments = [program, "keys", "create", "--user", user, $"--Store:DataFolder={DataFolder}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        SetStore(start);
        using var command = Process.Start(start)!;
        return KeyPattern().Match(await command.StandardOutput.ReadToEndAsync()) is { Success: true } match
            ? match.Value
            : throw new InvalidOperationException("No key was made.");
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        _redis?.Dispose();
        _log.Dispose();
    }

    /// <summary>Removes what it stored and logged.</summary>
    public void Delete() => _folder.Delete(recursive: true);

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    // purge-queue and webhooks keep their limits, so that 429 is met too. A deadline's 503 would hide others: no request here is slow for a reason.
    private string[] Settings() =>
    [
        $"--urls={Address.GetLeftPart(UriPartial.Authority)}",
        $"--Silo:Port={FreePort.Find()}",
        $"--Silo:GatewayPort={FreePort.Find()}",
        $"--Store:DataFolder={DataFolder}",
        $"--Models:Folder={Path.Combine(_folder.FullName, "models")}",
        "--Workers:SlotsPerDevice=4",
        "--Requests:Deadline=00:00:30",
        "--JobPolicy:ExecutionTimeout=00:00:20",
        "--EndpointQueue:LowPriorityHold=00:00:00.05",
        "--EndpointQueue:LowPriorityPatience=00:00:01",
        "--Retention:Async=00:05:00",
        "--Retention:Sync=00:05:00",
        "--Batches:Retention=00:05:00",
        // A job whose submission is answered once more may have ended as long ago: it is looked for before its own retention is over.
        "--Idempotency:Retention=00:01:00",
        .. Raised.SelectMany(operation => new[]
        {
            $"--RateLimits:Operations:{operation}:Requests=10000000",
            $"--RateLimits:Operations:{operation}:Concurrency=10000",
        }),
    ];

    private void SetStore(ProcessStartInfo start)
    {
        if (_redis is not null)
        {
            start.Environment["ConnectionStrings__redis"] = _redis.ConnectionString;
        }
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            _log.Take(line);
            if (KeyPattern().Match(line) is { Success: true } match)
            {
                _key.TrySetResult(match.Value);
            }
        }
    }

    private void AddModel(string endpoint, TimeSpan delay)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "models", endpoint));
        File.WriteAllText(Path.Combine(folder.FullName, FuzzedFormat.FileName), delay.ToString());
    }

    [GeneratedRegex("rpa_[0-9A-Za-z]+")]
    private static partial Regex KeyPattern();
}
