using System.Net;
using System.Net.Sockets;

namespace RunPod.Silo.Startup;

/// <summary>Whether the ports are free, before the host finds out with a stack trace.</summary>
internal static class PortCheck
{
    /// <exception cref="StartException">A port is taken; the message names its setting.</exception>
    public static void Run(SiloOptions silo, IConfiguration configuration)
    {
        Check(IPAddress.Any, silo.Port, "Silo:Port");
        Check(IPAddress.Any, silo.GatewayPort, "Silo:GatewayPort");
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
    }
}
