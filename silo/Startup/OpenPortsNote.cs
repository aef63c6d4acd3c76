using System.Net;

namespace RunPod.Silo.Startup;

/// <summary>Says that whoever reaches the ports between silos can do what a silo can.</summary>
internal static partial class OpenPortsNote
{
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Silo:Port {Port} and Silo:GatewayPort {GatewayPort} on {Address} have no TLS: whoever reaches them can make API keys and read every job. Set Silo:Tls:Folder in all processes of the "
        + "cluster (`tls create` makes the files), or keep everybody else away from these ports")]
    public static partial void Log(ILogger logger, IPAddress address, int port, int gatewayPort);
}
