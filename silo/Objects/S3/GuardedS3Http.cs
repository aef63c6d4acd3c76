using Amazon.Runtime;
using RunPod.Silo.Egress;

namespace RunPod.Silo.Objects.S3;

/// <summary>Lets the SDK reach servers that clients name through the guard alone, over connections that all its clients share.</summary>
internal sealed class GuardedS3Http(GuardedHttp guarded) : HttpClientFactory, IDisposable
{
    // A page of a listing is below 2 MiB; a server that answers without end must not fill the memory.
    private const int LongestAnswer = 4 << 20;

    // Each request has a time of its own.
    private readonly HttpClient _client = new(new BoundedAnswers(guarded.Handler), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    private sealed class BoundedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            try
            {
                await response.Content.LoadIntoBufferAsync(LongestAnswer, cancellationToken);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
