using System.Net;

namespace RunPod.Silo.Egress;

/// <summary>HTTP to hosts that a client named: checked addresses only, no redirects, no proxy, no cookies, nothing of this service in the headers.</summary>
internal sealed class GuardedHttp : IDisposable
{
    private const int MaxHeaderKilobytes = 16;

    // How much of an answer that nobody reads is worth reading to keep its connection.
    private const int MaxDrainedBytes = 64 * 1024;

    // A name's new addresses are noticed within it.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpMessageHandler _handler;

    public GuardedHttp(GuardedConnector connector, TimeSpan connectTimeout)
    {
        _handler = new Http11Handler(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => connector.ConnectAsync(context.DnsEndPoint, connectTimeout, cancellationToken),
            ConnectTimeout = connectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            MaxResponseDrainSize = MaxDrainedBytes,
        });
    }

    /// <summary>The guard itself, for a client of another make; whoever uses it leaves it open and bounds what it reads.</summary>
    public HttpMessageHandler Handler => _handler;

    /// <summary>A client over connections that all clients share; disposing it leaves them open.</summary>
    /// <param name="timeout">How long a request may take up to the end of its answer.</param>
    /// <param name="maxResponseBytes">The largest body that the client buffers; one that reads a stream must count itself.</param>
    public HttpClient CreateClient(TimeSpan timeout, long maxResponseBytes) =>
        new(_handler, disposeHandler: false) { Timeout = timeout, MaxResponseContentBufferSize = maxResponseBytes };

    public void Dispose() => _handler.Dispose();

    private sealed class Http11Handler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // HTTP/3 would connect past the callback.
            (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception) when (exception.InnerException is EgressRefusedException refused)
            {
                throw refused;
            }
        }
    }
}
