using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Errors;
using ZstdSharp;

namespace RunPod.Api.Jobs;

/// <summary>Bodies that their clients have compressed. What is read here is decoded as it is read, so that every limit is one on the decoded bytes.</summary>
internal static class BodyEncoding
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The body, decoded as its <c>Content-Encoding</c> says (RFC 9110 §8.4); an error for an unknown one.</summary>
    public static OrError<PipeReader> Open(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return request.BodyReader;
        }

        Stream? decoder = encoding.ToUpperInvariant() switch
        {
            "GZIP" or "X-GZIP" => new GZipStream(request.Body, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(request.Body, CompressionMode.Decompress),
            "BR" => new BrotliStream(request.Body, CompressionMode.Decompress),
            "ZSTD" => new DecompressionStream(request.Body),
            _ => null,
        };
        if (decoder is null)
        {
            return ApiErrors.UnknownEncoding(encoding);
        }

        request.HttpContext.Response.RegisterForDispose(decoder);
        return PipeReader.Create(decoder, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
    }

    /// <summary>Whether a decoder says so of what it cannot decode; Brotli's has no exception of its own for it.</summary>
    public static bool IsNotDecodable(Exception exception) => exception is InvalidDataException or ZstdException or EndOfStreamException or InvalidOperationException;
}
