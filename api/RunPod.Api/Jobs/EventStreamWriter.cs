using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>
/// Server-sent events: a message per chunk, <c>restart</c> when a lost attempt begins anew, <c>truncated</c> when chunks were dropped, and at the
/// end <c>done</c> with the job object. A silent connection gets comments.
/// </summary>
internal sealed class EventStreamWriter
{
    private const string MediaType = "text/event-stream";

    private readonly PipeWriter _body;

    private EventStreamWriter(PipeWriter body)
    {
        _body = body;
    }

    /// <summary>Whether the client asks for events by name.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is null or > 0);

    /// <summary>Sends the headers, so that the client knows at once that it is connected.</summary>
    public static async Task<EventStreamWriter> StartAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-cache, no-store";
        // Without it nginx collects the events in a buffer.
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        return new EventStreamWriter(response.BodyWriter);
    }

    /// <summary>Writes chunks, or a comment if there are none.</summary>
    public async Task WriteAsync(JobStream stream, CancellationToken cancellationToken)
    {
        foreach (var chunk in stream.Chunks)
        {
            _body.Write("data: "u8);
            WriteLines(chunk);
            _body.Write("\n\n"u8);
            await _body.FlushAsync(cancellationToken);
        }

        if (stream.IsTruncated)
        {
            _body.Write("event: truncated\ndata: {}\n\n"u8);
        }

        if (stream is { Chunks: [], IsEnd: false })
        {
            await WriteKeepAliveAsync(cancellationToken);
        }
    }

    public async Task WriteKeepAliveAsync(CancellationToken cancellationToken)
    {
        _body.Write(": keep-alive\n\n"u8);
        await _body.FlushAsync(cancellationToken);
    }

    /// <summary>What came before belongs to an attempt that was lost with its worker.</summary>
    public void WriteRestart(int retries) =>
        _body.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: restart\ndata: {{\"retries\":{retries}}}\n\n")));

    /// <summary>The end: the job object, if the job is still there.</summary>
    public async Task WriteDoneAsync(JobSnapshot? job, CancellationToken cancellationToken)
    {
        if (job is null)
        {
            return;
        }

        _body.Write("event: done\ndata: "u8);
        await JobResult.WriteWholeAsync(job, WriteLines, async () => await _body.FlushAsync(cancellationToken));
        _body.Write("\n\n"u8);
        await _body.FlushAsync(cancellationToken);
    }

    /// <summary>A line end would end the field: each further line gets its own. JSON has line ends only between its tokens, so it stays the same value.</summary>
    private void WriteLines(ReadOnlySpan<byte> json)
    {
        while (json.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end)
        {
            _body.Write(json[..end]);
            _body.Write("\ndata: "u8);
            json = json[(end + 1)..];
        }

        _body.Write(json);
    }
}
