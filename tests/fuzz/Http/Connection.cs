using System.Net.Sockets;
using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Http;

/// <summary>A TCP connection that says exactly what it is told.</summary>
internal sealed class Connection : IDisposable
{
    private readonly TcpClient _client;

    private Connection(TcpClient client)
    {
        _client = client;
        Answers = new AnswerReader(client.GetStream());
    }

    public AnswerReader Answers { get; }

    /// <summary>Whether a request was sent on it before.</summary>
    public bool IsUsed { get; private set; }

    public static async Task<Connection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true, LingerState = new LingerOption(enable: true, seconds: 0) };
        await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        return new Connection(client);
    }

    /// <summary>Sends requests in one write but for their pauses. Whether all could be sent: the server may have closed before.</summary>
    public async Task<bool> SendAsync(IReadOnlyList<FuzzRequest> requests, CancellationToken cancellationToken)
    {
        IsUsed = true;
        try
        {
            var stream = _client.GetStream();
            if (requests.Count > 1)
            {
                await stream.WriteAsync(requests.SelectMany(request => request.Bytes).ToArray(), cancellationToken);
                return true;
            }

            var sent = 0;
            foreach (var (offset, time) in requests[0].Pauses)
            {
                await stream.WriteAsync(requests[0].Bytes.AsMemory(sent..offset), cancellationToken);
                sent = offset;
                await Task.Delay(time, cancellationToken);
            }

            await stream.WriteAsync(requests[0].Bytes.AsMemory(sent..), cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
