using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RunPod.Tests.Support;

/// <summary>A port in front of another one that passes everything on a little later, in order.</summary>
internal sealed class SlowProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly TimeSpan _delay;
    private readonly Task _running;

    /// <param name="target">The port behind it.</param>
    /// <param name="delay">One way.</param>
    public SlowProxy(int target, TimeSpan delay)
    {
        (_target, _delay) = (target, delay);
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            await Task.WhenAny(PassAsync(client.GetStream(), server.GetStream()), PassAsync(server.GetStream(), client.GetStream()));
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var under = Channel.CreateUnbounded<(long ReadAt, byte[] Bytes)>();
        var sending = SendAsync();
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var count)
        {
            under.Writer.TryWrite((Stopwatch.GetTimestamp(), buffer[..count]));
        }

        under.Writer.Complete();
        await sending;

        async Task SendAsync()
        {
            await foreach (var (readAt, bytes) in under.Reader.ReadAllAsync(_stopping.Token))
            {
                var rest = _delay - Stopwatch.GetElapsedTime(readAt);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _stopping.Token);
                }

                await to.WriteAsync(bytes, _stopping.Token);
            }
        }
    }
}
