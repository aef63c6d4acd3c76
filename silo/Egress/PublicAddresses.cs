using System.Net;
using System.Net.Sockets;

namespace RunPod.Silo.Egress;

/// <summary>Tells public addresses from all others, by IANA's registries of special-purpose addresses.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] SpecialV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),          // this network
        IPNetwork.Parse("10.0.0.0/8"),         // private
        IPNetwork.Parse("100.64.0.0/10"),      // behind a provider's NAT; some clouds keep their metadata here
        IPNetwork.Parse("127.0.0.0/8"),        // loopback
        IPNetwork.Parse("168.63.129.16/32"),   // Azure's host services, under a public address
        IPNetwork.Parse("169.254.0.0/16"),     // link-local, most clouds' metadata
        IPNetwork.Parse("172.16.0.0/12"),      // private
        IPNetwork.Parse("192.0.0.0/24"),       // protocol assignments, Oracle's metadata
        IPNetwork.Parse("192.0.2.0/24"),       // documentation
        IPNetwork.Parse("192.88.99.0/24"),     // 6to4 relays
        IPNetwork.Parse("192.168.0.0/16"),     // private
        IPNetwork.Parse("198.18.0.0/15"),      // benchmarking
        IPNetwork.Parse("198.51.100.0/24"),    // documentation
        IPNetwork.Parse("203.0.113.0/24"),     // documentation
        IPNetwork.Parse("224.0.0.0/4"),        // multicast
        IPNetwork.Parse("240.0.0.0/4"),        // reserved, broadcast
    ];

    // All public addresses are in it: loopback, v4-compatible, unique local, link-local, site-local and multicast are not.
    private static readonly IPNetwork GlobalUnicastV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV6 =
    [
        IPNetwork.Parse("2001::/23"),          // protocol assignments: Teredo, benchmarking, ORCHID
        IPNetwork.Parse("2001:db8::/32"),      // documentation
        IPNetwork.Parse("2002::/16"),          // 6to4, which leads to any IPv4 address
        IPNetwork.Parse("3fff::/20"),          // documentation
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address is one of the public internet.</summary>
    public static bool Contain(IPAddress address)
    {
        var target = Target(address);
        return target.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(SpecialV4, network => network.Contains(target)),
            AddressFamily.InterNetworkV6 => GlobalUnicastV6.Contains(target) && !Array.Exists(SpecialV6, network => network.Contains(target)),
            _ => false,
        };
    }

    /// <summary>Where a connection to the address ends: the IPv4 address in a v4-mapped or NAT64 one, else the address itself.</summary>
    public static IPAddress Target(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        // A network with IPv6 alone reaches all of IPv4 by it, so it is judged by what it leads to.
        return Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
    }
}
