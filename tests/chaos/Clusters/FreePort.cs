using System.Net;
using System.Net.Sockets;

namespace RunPod.Chaos.Clusters;

/// <summary>
/// Ports for processes that are still to be started. They lie below those that the kernel gives to connections (from 32768 on Linux), one of which could
/// take a port before the process does, or while it is killed and started again.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on now, and that no other call returns.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Any, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }
    }
}
