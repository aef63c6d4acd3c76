using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RunPod.Chaos.Clusters;

/// <summary>A bridge on this machine and a network namespace for each silo, so that the connection between any two can be cut.</summary>
internal sealed class Networks : IDisposable
{
    /// <summary>This machine's own address on the bridge.</summary>
    public const string Host = "10.77.0.254";

    public const string Range = "10.77.0.0/24";

    // Names of interfaces have at most 15 letters; the process id keeps two runs apart.
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"rp{Environment.ProcessId}");
    private readonly List<string> _namespaces = [];

    private Networks()
    {
    }

    private string Bridge => $"{_prefix}br";

    /// <summary>The networks, or null with the reason if the kernel or the rights do not allow them.</summary>
    public static Networks? TryCreate(int count, out string? reason)
    {
        var networks = new Networks();
        try
        {
            networks.Create(count);
            reason = null;
            return networks;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            networks.Dispose();
            reason = exception.Message;
            return null;
        }
    }

    public static string AddressOf(int node) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{node + 1}");

    public string NamespaceOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}n{node}");

    /// <summary>Cuts the connection of two silos, both ways and without a word: packets go to a hardware address that nobody has.</summary>
    public void Cut(int one, int other)
    {
        SetNeighbour(one, "replace", $"{AddressOf(other)} lladdr 02:00:00:00:00:01 nud permanent");
        SetNeighbour(other, "replace", $"{AddressOf(one)} lladdr 02:00:00:00:00:01 nud permanent");
    }

    public void Join(int one, int other)
    {
        SetNeighbour(one, "del", AddressOf(other));
        SetNeighbour(other, "del", AddressOf(one));
    }

    public void Dispose()
    {
        foreach (var name in _namespaces)
        {
            TryIp($"netns del {name}");
        }

        TryIp($"link del {Bridge}");
    }

    private void Create(int count)
    {
        Ip($"link add {Bridge} type bridge");
        Ip($"addr add {Host}/24 dev {Bridge}");
        Ip($"link set {Bridge} up");
        for (var node = 0; node < count; node++)
        {
            var (name, outer) = (NamespaceOf(node), string.Create(CultureInfo.InvariantCulture, $"{_prefix}v{node}"));
            Ip($"netns add {name}");
            _namespaces.Add(name);
            Ip($"link add {outer} type veth peer name eth0 netns {name}");
            Ip($"link set {outer} master {Bridge} up");
            Ip($"-n {name} addr add {AddressOf(node)}/24 dev eth0");
            Ip($"-n {name} link set eth0 up");
            Ip($"-n {name} link set lo up");
        }
    }

    private void SetNeighbour(int node, string verb, string what) => Ip($"-n {NamespaceOf(node)} neigh {verb} {what} dev eth0");

    private static void TryIp(string arguments)
    {
        try
        {
            Ip(arguments);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It was never made.
        }
    }

    private static void Ip(string arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {arguments}: {error.Trim()}");
        }
    }
}
