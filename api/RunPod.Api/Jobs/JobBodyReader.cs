using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Api.Limits;

namespace RunPod.Api.Jobs;

/// <summary>Reads a request's body out of the server's own buffers, and stops as soon as it is too large.</summary>
internal static class JobBodyReader
{
    private const string Json = "application/json";

    private static readonly TimeSpan UntilAborted = TimeSpan.FromSeconds(1);

    /// <summary>Reads the body of a job, and adds all of it to the hash if there is one.</summary>
    public static ValueTask<OrError<JobEnvelope>> ReadAsync(HttpRequest request, long limit, IncrementalHash? hash, CancellationToken cancellationToken) =>
        ReadAsync(request, limit, body => ReadEnvelope(body, hash), cancellationToken);

    /// <summary>Reads the whole body and what <paramref name="read"/> finds in it.</summary>
    public static async ValueTask<OrError<T>> ReadAsync<T>(
        HttpRequest request, long limit, Func<ReadOnlySequence<byte>, OrError<T>> read, CancellationToken cancellationToken)
    {
        if (!IsJsonOrUnnamed(request.ContentType))
        {
            return ApiErrors.UnsupportedMediaType;
        }

        if (request.ContentLength > limit)
        {
            return ApiErrors.BodyTooLarge(limit);
        }

        var body = BodyEncoding.Open(request);
        if (body.IsError)
        {
            return body.Error;
        }

        var http = request.HttpContext;
        RaiseServerLimit(http, limit);
        var held = new HeldBytes(http.RequestServices.GetRequiredService<BytesInMemory>(), http.User.UserId());
        http.Response.RegisterForDispose(held);
        http.Features.Set(held);
        try
        {
            return await http.Deadline().WithoutAsync(() => ReadAsync(body.Value, limit, held, read, cancellationToken));
        }
        catch (Exception exception) when (request.Headers.ContentEncoding.Count > 0 && BodyEncoding.IsNotDecodable(exception.InnerException ?? exception))
        {
            return ApiErrors.NotDecodable;
        }
        catch (ConnectionResetException)
        {
            // The server itself is told a moment later. Before that it would try to drain the body, and log as its own error that it cannot.
            await Task.Delay(UntilAborted, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    internal static ValueTask<OrError<JobEnvelope>> ReadAsync(PipeReader reader, long limit, IncrementalHash? hash, CancellationToken cancellationToken) =>
        ReadAsync(reader, limit, held: null, body => ReadEnvelope(body, hash), cancellationToken);

    private static async ValueTask<OrError<T>> ReadAsync<T>(
        PipeReader reader, long limit, HeldBytes? held, Func<ReadOnlySequence<byte>, OrError<T>> read, CancellationToken cancellationToken)
    {
        // A read that is cancelled by a token is left as it is, and then the server cannot drain the body.
        using var cancelling = cancellationToken.UnsafeRegister(static pipe => ((PipeReader)pipe!).CancelPendingRead(), reader);
        while (true)
        {
            var result = await ReadAsync(reader);
            var buffer = result.Buffer;
            var consumed = buffer.End;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (buffer.Length > limit)
                {
                    return ApiErrors.BodyTooLarge(limit);
                }

                if (held is not null && !await held.GrowAsync(buffer.Length, limit, cancellationToken))
                {
                    return ApiErrors.TooManyBytes;
                }

                if (result.IsCompleted)
                {
                    return read(buffer);
                }

                // All examined, nothing consumed: the pipe goes on reading and keeps what there is.
                consumed = buffer.Start;
            }
            finally
            {
                reader.AdvanceTo(consumed, buffer.End);
            }
        }
    }

    private static async ValueTask<ReadResult> ReadAsync(PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is InvalidOperationException or (IOException and not (BadHttpRequestException or ConnectionResetException)))
        {
            // So the server says that the chunks of a body, or the trailers after them, make no sense; and a decoder, that its input does not.
            throw new BadHttpRequestException("The body's framing is wrong.", exception);
        }
    }

    private static OrError<JobEnvelope> ReadEnvelope(ReadOnlySequence<byte> body, IncrementalHash? hash)
    {
        AddTo(hash, body);
        return JobEnvelopeReader.Read(body);
    }

    private static void AddTo(IncrementalHash? hash, ReadOnlySequence<byte> body)
    {
        if (hash is null)
        {
            return;
        }

        foreach (var segment in body)
        {
            hash.AppendData(segment.Span);
        }
    }

    private static bool IsJsonOrUnnamed(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType) || contentType.Equals(Json, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
    }

    // The server's limit is for routes that have none. It stays above ours: up to it the server takes in the rest of a body that is too large,
    // so that clients that send all before they read get to see the 413.
    private static void RaiseServerLimit(HttpContext http, long limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature && feature.MaxRequestBodySize < 2 * limit)
        {
            feature.MaxRequestBodySize = 2 * limit;
        }
    }
}
