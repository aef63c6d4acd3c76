using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using RunPod.Silo.Store;
using RunPod.Tests.Models;

namespace RunPod.Tests.Support;

/// <summary>The service as a process of its own, on a store and a data folder that outlive it; the test starts, kills and starts it again.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    /// <summary>The endpoint of a silo with a <see cref="TestModel"/>.</summary>
    public const string TestEndpoint = "echo";

    private readonly TempFolder _folder = new();
    private readonly RedisServer? _redis;
    private readonly bool _ownsRedis;
    private readonly bool _hasTestModel;
    private readonly string? _assembly;
    private readonly string[] _arguments;
    private readonly List<SiloProgram> _runs = [];

    private SiloProcess(RedisServer? redis, bool ownsRedis, bool hasTestModel, string[] settings, string? assembly = null)
    {
        (_redis, _ownsRedis, _hasTestModel, _assembly) = (redis, ownsRedis, hasTestModel, assembly);
        Address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        Environment = new Dictionary<string, string> { ["Store__DataFolder"] = DataFolder, ["HOME"] = HomeFolder };
        if (redis is not null)
        {
            Environment["ConnectionStrings__redis"] = redis.ConnectionString;
        }

        _arguments =
        [
            "--urls", Address.ToString(),
            $"--Silo:Port={FreePort.Find().ToString(CultureInfo.InvariantCulture)}",
            $"--Silo:GatewayPort={FreePort.Find().ToString(CultureInfo.InvariantCulture)}",
            $"--Models:Folder={(hasTestModel ? AddTestModel() : Path.GetDirectoryName(GoldenData.DemoModel))}",
            // A busy machine is no outage.
            "--Requests:Deadline=00:00:30",
            .. settings,
        ];
    }

    public Uri Address { get; }

    public string DataFolder => _folder.Combine("data");

    /// <summary>The home folder of the user who runs it.</summary>
    public string HomeFolder => _folder.Path;

    public int ProcessId => _runs[^1].ProcessId;

    public string FilesFolder => _folder.Combine("data", "objects", "files");

    /// <summary>Settings that the service and its <c>keys</c> command share.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>User <c>local</c>'s first key, as the service printed it, this silo or another one before it on the same Redis server.</summary>
    public string Key { get; private set; } = "";

    /// <summary>What all runs printed, stdout and stderr.</summary>
    public string Output => string.Join('\n', _runs.Select(run => run.Output));

    /// <summary>How to reach the store that the running service uses.</summary>
    public string StoreConnectionString =>
        _redis?.ConnectionString ?? EmbeddedStore.TryReadRunning(DataFolder) ?? throw new InvalidOperationException("The embedded store does not run.");

    /// <summary>Starts a service on an empty store and returns once it is ready.</summary>
    public static async Task<SiloProcess> StartAsync(StoreKind store, params string[] settings)
    {
        var silo = new SiloProcess(store == StoreKind.Redis ? await RedisServer.StartAsync() : null, ownsRedis: true, hasTestModel: false, settings);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts a silo on a Redis server that others may share, which stays the caller's, and returns once it is ready.</summary>
    public static async Task<SiloProcess> StartAsync(RedisServer redis, params string[] settings)
    {
        var silo = BeginStart(redis, settings);
        await silo.WaitUntilReadyAsync();
        return silo;
    }

    /// <summary>The same with <see cref="TestEndpoint"/> alone.</summary>
    public static async Task<SiloProcess> StartWithTestModelAsync(RedisServer redis, params string[] settings)
    {
        var silo = new SiloProcess(redis, ownsRedis: false, hasTestModel: true, settings);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts a service with <see cref="TestEndpoint"/> alone, on an empty store.</summary>
    public static async Task<SiloProcess> StartWithTestModelAsync(StoreKind store, params string[] settings)
    {
        var silo = new SiloProcess(store == StoreKind.Redis ? await RedisServer.StartAsync() : null, ownsRedis: true, hasTestModel: true, settings);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts a silo of another version, by the path of its assembly.</summary>
    public static async Task<SiloProcess> StartAssemblyAsync(string assembly, RedisServer redis, params string[] settings)
    {
        var silo = new SiloProcess(redis, ownsRedis: false, hasTestModel: false, settings, assembly);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts a silo on a Redis server that may not run yet; does not wait.</summary>
    public static SiloProcess BeginStart(RedisServer redis, params string[] settings)
    {
        var silo = new SiloProcess(redis, ownsRedis: false, hasTestModel: false, settings);
        silo.Run();
        return silo;
    }

    /// <summary>Starts the service, again after a <see cref="Kill"/> or <see cref="StopAsync"/> on what it left, and returns once it is ready.</summary>
    public async Task StartAsync()
    {
        Run();
        await WaitUntilReadyAsync();
    }

    /// <summary>Returns once the service is ready, and its first key is known; a silo without the API shows none.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.HoldsAsync(() => IsReadyAsync(client), "the service is ready", Eventually.LongLimit);
        Key = _redis?.FirstKey ?? Key;
        if (Key.Length == 0 && !_arguments.Contains("--Roles=worker"))
        {
            await Eventually.HoldsAsync(() => KeyPattern().IsMatch(Output), "the service prints its first key");
            Key = KeyPattern().Match(Output).Value;
            _redis?.FirstKey = Key;
        }
    }

    /// <summary>A client with a key, by default the first one.</summary>
    public HttpClient CreateClient(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Key);
        return client;
    }

    public bool HasExited => _runs[^1].HasExited;

    /// <summary>Waits until the service ends by itself. Returns its exit code and what it printed.</summary>
    public Task<(int ExitCode, string Output)> WaitForExitAsync() => _runs[^1].WaitForExitAsync();

    /// <summary>Runs another process of the program with the settings of this one, such as <c>keys list</c>, to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAnotherAsync(params string[] arguments)
    {
        using var other = SiloProgram.Start(_folder.Path, Environment, arguments);
        return await other.WaitForExitAsync();
    }

    /// <summary>Stops the service as a service manager does; returns its exit code.</summary>
    public Task<int> StopAsync() => _runs[^1].StopAsync();

    /// <summary>kill -9.</summary>
    public void Kill() => _runs[^1].Kill();

    public ValueTask DisposeAsync()
    {
        foreach (var run in _runs)
        {
            run.Dispose();
        }

        if (_ownsRedis)
        {
            _redis?.Dispose();
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run() => _runs.Add((_assembly, _hasTestModel) switch
    {
        ({ } assembly, _) => SiloProgram.StartAssembly(assembly, _folder.Path, Environment, _arguments),
        (_, true) => SiloProgram.StartWithTestModel(_folder.Path, Environment, _arguments),
        _ => SiloProgram.Start(_folder.Path, Environment, _arguments),
    });

    private string AddTestModel()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.Combine("models", TestEndpoint)).FullName, "test.model"), "");
        return _folder.Combine("models");
    }

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        Assert.False(_runs[^1].HasExited, $"The service ended at its start:\n{Output}");
        try
        {
            using var response = await client.GetAsync("/healthz/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex("rpa_[0-9A-Za-z]{56}")]
    private static partial Regex KeyPattern();
}
