using RunPod.Silo.Tls;

namespace RunPod.Silo;

/// <summary>The process's place in the cluster. Section <c>Silo</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    /// <summary>Prefix of every key in the store; services with different ids can share a Redis server. Silos of one cluster have the same.</summary>
    public string ServiceId { get; set; } = "runpod";

    /// <summary>What clients see in <c>workerId</c>; by default the machine's name.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>The address under which the other silos reach this one; by default loopback with the embedded store, else the machine's own.</summary>
    public string? AdvertisedIPAddress { get; set; }

    /// <summary>
    /// Where this process listens for the other silos and for Orleans clients; by default the advertised address alone. For an address that is
    /// translated on the way, as by a router.
    /// </summary>
    public string? ListenIPAddress { get; set; }

    /// <summary>Who may connect there.</summary>
    public SiloTlsOptions Tls { get; set; } = new();

    /// <summary>The port between silos.</summary>
    public int Port { get; set; } = 11111;

    /// <summary>The port for Orleans clients, such as the <c>keys</c> command.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>How long a stop may take before it is cut short; running jobs have <c>Workers:DrainTimeout</c> of it.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
