using System.Net;
using System.Net.Sockets;

namespace RunPod.Silo.Startup;

/// <summary>Where the other processes of the cluster reach this one, and where it listens for them.</summary>
internal sealed record SiloAddresses(IPAddress Advertised, IPAddress Listening)
{
    /// <exception cref="StartException">A setting is no address.</exception>
    public static SiloAddresses Read(SiloOptions options, bool isEmbedded)
    {
        var advertised = Parse(options.AdvertisedIPAddress, "Silo:AdvertisedIPAddress")
            ?? (isEmbedded ? IPAddress.Loopback : Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault() ?? IPAddress.Loopback);
        return new SiloAddresses(advertised, Parse(options.ListenIPAddress, "Silo:ListenIPAddress") ?? advertised);
    }

    private static IPAddress? Parse(string? text, string setting) => text switch
    {
        null or "" => null,
        _ when IPAddress.TryParse(text, out var address) => address,
        _ => throw new StartException($"{setting} must be an IP address such as 10.0.0.5; '{text}' is none."),
    };
}
