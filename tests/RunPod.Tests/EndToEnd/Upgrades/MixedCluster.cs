using System.Text.RegularExpressions;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd.Upgrades;

/// <summary>Silos of this version and of the previous one on one Redis server and one folder of files.</summary>
internal sealed partial class MixedCluster : IAsyncDisposable
{
    /// <summary>The environment variable with the path of the previous version's assembly.</summary>
    public const string Variable = "RUNPOD_PREVIOUS_SILO";

    private readonly RedisServer _redis;
    private readonly TempFolder _files = new();
    private readonly List<SiloProcess> _silos = [];

    private MixedCluster(RedisServer redis) => _redis = redis;

    public static string? PreviousAssembly { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    public static async Task<MixedCluster> StartAsync() => new(await RedisServer.StartAsync());

    /// <summary>Starts a silo and returns once it is ready; its workers are named after its version.</summary>
    public async Task<SiloProcess> StartSiloAsync(SiloVersion version, params string[] settings)
    {
        string[] all =
        [
            $"--Silo:Name={version}",
            $"--ObjectStore:Folder={_files.Path}",
            "--Egress:AllowedNetworks:0=127.0.0.0/8",
            "--EndpointQueue:Lease=00:00:10",
            "--EndpointQueue:Heartbeat=00:00:02",
            // Where a machine is slow, leases end.
            "--Jobs:MaxAttempts=100",
            // So that a stop gives running jobs back.
            "--Workers:DrainTimeout=00:00:01",
            // Refused however slow the machine is.
            "--RateLimits:Operations:purge-queue:Window=01:00:00",
            .. settings,
        ];
        var silo = version == SiloVersion.Previous
            ? await SiloProcess.StartAssemblyAsync(PreviousAssembly!, _redis, all)
            : await SiloProcess.StartAsync(_redis, all);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Fails if a silo got a message, or read a state, that it does not understand.</summary>
    public void AssertUnderstoodEachOther() => Assert.All(_silos, silo => Assert.DoesNotMatch(Misunderstanding(), silo.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        _redis.Dispose();
        _files.Dispose();
    }

    // A worker that stops may give its jobs back to a silo whose version cannot take them; then their leases end.
    [GeneratedRegex("""Orleans\.Serialization\.[\w.]*Exception\b|Unable to resolve type alias "(?!.*"HandBack")""")]
    private static partial Regex Misunderstanding();
}
