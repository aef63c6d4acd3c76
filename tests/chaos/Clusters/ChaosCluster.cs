using System.Diagnostics;
using System.Globalization;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Model;

namespace RunPod.Chaos.Clusters;

/// <summary>A Redis server and silos on it, all on this machine, in a folder of their own.</summary>
internal sealed class ChaosCluster : IDisposable
{
    public const string Endpoint = "sleeping";

    private readonly string _folder;
    private readonly ClusterOptions _options;
    private readonly HistoryLog _history;
    private readonly long _origin;
    private readonly List<SiloNode> _nodes = [];

    public ChaosCluster(string folder, ClusterOptions options, HistoryLog history, long origin)
    {
        (_folder, _options, _history, _origin) = (folder, options, history, origin);
        var model = Directory.CreateDirectory(Path.Combine(folder, "models", Endpoint));
        File.WriteAllText(Path.Combine(model.FullName, SleepingFormat.FileName), "");
        Redis = new RedisProcess(Path.Combine(folder, "redis"), HostAddress, FreePort.Find(), options.AppendFsync);
    }

    public RedisProcess Redis { get; }

    public IReadOnlyList<SiloNode> Nodes => _nodes;

    /// <summary>Where silos reach this process.</summary>
    public string HostAddress => _options.Networks is null ? "127.0.0.1" : Networks.Host;

    public async Task StartAsync()
    {
        await Redis.StartAsync();
        for (var i = 0; i < _options.Nodes; i++)
        {
            AddNode().Start();
        }

        await Task.WhenAll(_nodes.Select(node => node.WaitUntilReadyAsync()));
    }

    /// <summary>One more silo, not started yet.</summary>
    public SiloNode AddNode()
    {
        var number = _nodes.Count;
        var address = _options.Networks is null ? HostAddress : Networks.AddressOf(number);
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}:{FreePort.Find()}"));
        var name = string.Create(CultureInfo.InvariantCulture, $"silo{number}");
        var isOther = _options.OtherSilo is not null && number % 2 == 1;
        string[] settings =
        [
            $"--urls={url.GetLeftPart(UriPartial.Authority)}",
            $"--Silo:Name={name}",
            $"--Silo:Port={FreePort.Find()}",
            $"--Silo:GatewayPort={FreePort.Find()}",
            $"--Silo:AdvertisedIPAddress={address}",
            $"--ConnectionStrings:redis={Redis.ConnectionString}",
            $"--Store:DataFolder={Path.Combine(_folder, name)}",
            $"--ObjectStore:Folder={Path.Combine(_folder, "objects")}",
            $"--Models:Folder={Path.Combine(_folder, "models")}",
            "--EndpointQueue:MinCapacity=100000",
            "--Retention:Async=02:00:00",
            "--Retention:Sync=02:00:00",
            "--Webhooks:RetryAfter=00:00:02",
            $"--Egress:AllowedNetworks:0={(_options.Networks is null ? "127.0.0.0/8" : Networks.Range)}",
            .. _options.Settings,
            .. isOther && IsPlainSilo(_options.OtherSilo!) ? ["--Roles=frontend"] : Array.Empty<string>(),
        ];
        var node = new SiloNode(name, url, _folder, _history, notes => ToStart(number, name, isOther ? _options.OtherSilo : null, notes, settings));
        _nodes.Add(node);
        return node;
    }

    /// <summary>Makes an API key for a user, with the service's own command.</summary>
    public async Task<string> CreateKeyAsync(string user)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "RunPod.Silo.dll"), "keys", "create", "--user", user])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ConnectionStrings__redis"] = Redis.ConnectionString;
        using var command = Process.Start(start)!;
        var key = (await command.StandardOutput.ReadToEndAsync()).Trim();
        await command.WaitForExitAsync();
        return command.ExitCode == 0 ? key : throw new InvalidOperationException($"keys create failed: {key}");
    }

    /// <summary>The front end that a load balancer would choose.</summary>
    public SiloNode Pick(Random random)
    {
        var nodes = _nodes.Where(node => node.IsInRotation).ToArray();
        return nodes[random.Next(nodes.Length)];
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        Redis.Dispose();
    }

    private ProcessStartInfo ToStart(int number, string name, string? other, string notes, string[] settings)
    {
        string[] program = other is not null && IsPlainSilo(other)
            ? [other]
            : [other ?? typeof(ChaosCluster).Assembly.Location, "serve", "--node", name, "--notes", notes, "--origin", _origin.ToString(CultureInfo.InvariantCulture), "--"];
        string[] command = _options.Networks is { } networks ? ["ip", "netns", "exec", networks.NamespaceOf(number), "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(command[0]) { WorkingDirectory = _folder };
        foreach (var argument in (string[])[.. command[1..], .. program, .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static bool IsPlainSilo(string path) => Path.GetFileName(path) == "RunPod.Silo.dll";
}
