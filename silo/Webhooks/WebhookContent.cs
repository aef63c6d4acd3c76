using System.Net;
using System.Net.Http.Headers;

namespace RunPod.Silo.Webhooks;

/// <summary>A JSON body in parts, sent without being put together.</summary>
internal sealed class WebhookContent : HttpContent
{
    private readonly IReadOnlyList<byte[]> _parts;

    public WebhookContent(IReadOnlyList<byte[]> parts)
    {
        _parts = parts;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var part in _parts)
        {
            await stream.WriteAsync(part, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _parts.Sum(part => (long)part.Length);
        return true;
    }
}
