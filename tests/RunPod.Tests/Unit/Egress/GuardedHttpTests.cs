using System.Net;
using System.Net.Sockets;
using System.Text;
using RunPod.Silo.Egress;

namespace RunPod.Tests.Unit.Egress;

/// <summary>The guard against a server on a loopback port, which counts the connections that reach it.</summary>
public sealed class GuardedHttpTests : IDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("8.8.8.8");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private int _connections;

    public GuardedHttpTests() => _server.Start();

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("localhost")]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("LOCALHOST")]
    public async Task Get_LoopbackInAnyForm_IsRefusedWithASentence(string host)
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        var refused = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(host, allowed: null));

        Assert.EndsWith("Use a public host, or ask the operator to allow its network in Egress:AllowedNetworks.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _connections);
    }

    [Theory]
    [InlineData("127.0.0.1.")]
    [InlineData("localhost.")]
    [InlineData("①②⑦.⓪.⓪.①")]
    [InlineData("１２７．０．０．１")]
    public async Task Get_LoopbackInAFormThatSomeSystemsKnow_DoesNotArrive(string host)
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(host, allowed: null));

        Assert.Equal(0, _connections);
    }

    [Fact]
    public async Task Get_AllowedNetwork_Arrives()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

        using var response = await GetAsync("127.0.0.1", allowed: "127.0.0.0/8");

        Assert.Equal("hi", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_Redirect_IsTheAnswer()
    {
        Serve($"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{Port}/other\r\nContent-Length: 0\r\n\r\n");

        using var response = await GetAsync("127.0.0.1", allowed: "127.0.0.0/8");

        Assert.Equal((HttpStatusCode.TemporaryRedirect, 1), (response.StatusCode, _connections));
    }

    [Fact]
    public async Task Get_NameWithAPublicAndAPrivateAddress_IsRefused()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync("mixed.example", allowed: null, Public, IPAddress.Loopback));

        Assert.Equal(0, _connections);
    }

    [Fact]
    public async Task Get_NameThatChangesItsAddress_IsConnectedToTheOneThatWasChecked()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var asked = 0;

        // It answers loopback, which is allowed here, once; a second look at the name would find an address that nobody has.
        using var http = Create("127.0.0.0/8", (_, _) => Task.FromResult(asked++ == 0 ? [IPAddress.Loopback] : new[] { IPAddress.Parse("0.0.0.1") }));
        using var client = http.CreateClient(Limit, maxResponseBytes: 1024);
        using var response = await client.GetAsync(new Uri($"http://rebinding.example:{Port}/"));

        Assert.Equal((HttpStatusCode.OK, 1, 1), (response.StatusCode, _connections, asked));
    }

    [Fact]
    public async Task Get_FirstAddressDead_TheNextIsTried()
    {
        Serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        using var response = await GetAsync("two.example", allowed: "127.0.0.0/8", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 4096\r\n\r\n", 4096)]
    [InlineData("X: ", 64 * 1024)]
    public async Task Get_EndlessAnswer_IsCutOff(string head, int length)
    {
        Serve($"HTTP/1.1 200 OK\r\n{head}{new string('a', length)}\r\n\r\n");

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("127.0.0.1", allowed: "127.0.0.0/8"));
    }

    private static GuardedHttp Create(string? allowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve)
    {
        var policy = new EgressPolicy(allowed is null ? [] : [IPNetwork.Parse(allowed)]);
        return new GuardedHttp(resolve is null ? new GuardedConnector(policy) : new GuardedConnector(policy, resolve), Limit);
    }

    private async Task<HttpResponseMessage> GetAsync(string host, string? allowed, params IPAddress[] addresses)
    {
        using var http = Create(allowed, addresses.Length == 0 ? null : (_, _) => Task.FromResult(addresses));
        using var client = http.CreateClient(Limit, maxResponseBytes: 1024);
        return await client.GetAsync(new Uri($"http://{host}:{Port}/"));
    }

    private async void Serve(string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await _server.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                var stream = connection.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
