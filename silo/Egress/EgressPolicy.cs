using System.Net;

namespace RunPod.Silo.Egress;

/// <summary>Decides which addresses the service connects to on a client's word.</summary>
internal sealed class EgressPolicy(IReadOnlyList<IPNetwork> allowedNetworks)
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The policy of a configuration.</summary>
    /// <param name="options">The configuration, validated.</param>
    /// <param name="isDevelopment">Whether the loopback addresses are allowed too.</param>
    public static EgressPolicy Create(EgressOptions options, bool isDevelopment) =>
        new([.. options.AllowedNetworks.Select(IPNetwork.Parse), .. isDevelopment ? Loopback : []]);

    public bool Allows(IPAddress address)
    {
        var target = PublicAddresses.Target(address);
        return PublicAddresses.Contain(target) || allowedNetworks.Any(network => network.Contains(target));
    }
}
