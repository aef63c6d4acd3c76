using System.Net;
using System.Net.Sockets;

namespace RunPod.Chaos.Clusters;

internal static class FreePorts
{
    /// <summary>So many different loopback ports that nobody listens on now.</summary>
    public static int[] Find(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        var ports = Array.ConvertAll(listeners, listener =>
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        });
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
