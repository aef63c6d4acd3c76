using System.Net;
using System.Net.Sockets;

namespace RunPod.Silo.Egress;

/// <summary>
/// Connects to a host by an address that the policy allows. What is connected to is the address that was checked, however the
/// host was written and whatever its name resolves to a moment later.
/// </summary>
/// <param name="policy">Decides.</param>
/// <param name="resolve">Finds the addresses of a name.</param>
internal sealed class GuardedConnector(EgressPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public GuardedConnector(EgressPolicy policy)
        : this(policy, Dns.GetHostAddressesAsync)
    {
    }

    /// <exception cref="EgressRefusedException">One of the host's addresses is not allowed. A name with public and private ones is no mistake to help out of.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host.Host, out var literal) ? [literal] : await resolve(host.Host, cancellationToken);
        if (!Array.TrueForAll(addresses, policy.Allows))
        {
            throw new EgressRefusedException(host.Host);
        }

        for (var i = 0; i < addresses.Length - 1; i++)
        {
            // An address that does not answer must leave time for the next.
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            attempt.CancelAfter(timeout / addresses.Length);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], host.Port), attempt.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
            }
        }

        return addresses.Length > 0
            ? await ConnectAsync(new IPEndPoint(addresses[^1], host.Port), cancellationToken)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
