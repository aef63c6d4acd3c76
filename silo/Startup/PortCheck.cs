using System.Net;
using System.Net.Sockets;

namespace RunPod.Silo.Startup;

/// <summary>Whether the ports are free and their addresses this machine's, before the host finds out with a stack trace.</summary>
internal static class PortCheck
{
    /// <exception cref="StartException">A port cannot be listened at; the message names its setting.</exception>
    public static void Run(SiloOptions silo, SiloAddresses addresses, IConfiguration configuration)
    {
        Check(addresses.Listening, silo.Port, "Silo:Port");
        Check(addresses.Listening, silo.GatewayPort, "Silo:GatewayPort");
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse))
        {
            if (!url.IsUnixPipe && !url.IsNamedPipe)
            {
                Check(url.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.Host, out var address) ? address : IPAddress.Any, url.Port, "urls");
            }
        }
    }

    private static void Check(IPAddress address, int port, string setting)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartException($"Port {port} is taken by another process. Stop that one, or set {setting} to a free port.", exception);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new StartException(
                $"This machine does not have the address {address}, at which {setting} would listen. Correct Silo:AdvertisedIPAddress; "
                + "or, if it is translated into one of this machine's, set Silo:ListenIPAddress to that one.",
                exception);
        }
    }
}
