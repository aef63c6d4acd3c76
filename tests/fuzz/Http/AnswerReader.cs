using System.Globalization;
using System.Text;

namespace RunPod.Fuzz.Http;

/// <summary>Reads one answer after the other from a connection, strictly: a server that may be sloppy hides what an attack did to it.</summary>
internal sealed class AnswerReader(Stream stream)
{
    /// <summary>Bytes of a body that are kept; the rest is read and dropped.</summary>
    public const int KeptBytes = 256 * 1024;

    private const int LongestLine = 64 * 1024;
    private const int MostHeaders = 200;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next final answer; null if the connection ended before it began.</summary>
    /// <param name="method">The method of its request, since an answer to HEAD has no body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="AnswerFormatException">What came is not HTTP, or ended too early.</exception>
    public async Task<Answer?> ReadAsync(string method, CancellationToken cancellationToken)
    {
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            var answer = new Answer { Status = StatusOf(line), Headers = await ReadHeadersAsync(cancellationToken) };
            if (answer.Status >= 200)
            {
                return await ReadBodyAsync(answer, method, cancellationToken);
            }
        }

        return null;
    }

    private static int StatusOf(string line) =>
        line.Length >= 12 && line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && (line.Length == 12 || line[12] == ' ')
            && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and < 600
            ? status
            : throw new AnswerFormatException($"The status line is '{Shown(line)}'.");

    private async Task<List<KeyValuePair<string, string>>> ReadHeadersAsync(CancellationToken cancellationToken)
    {
        var headers = new List<KeyValuePair<string, string>>();
        while (await ReadLineAsync(cancellationToken) is not "" and var line)
        {
            var colon = line?.IndexOf(':', StringComparison.Ordinal) ?? throw new AnswerFormatException("The connection ended within the headers.");
            if (colon < 1 || line.AsSpan(0, colon).IndexOfAny(" \t") >= 0 || headers.Count == MostHeaders)
            {
                throw new AnswerFormatException($"A header is '{Shown(line)}'.");
            }

            headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return headers;
    }

    private async Task<Answer> ReadBodyAsync(Answer answer, string method, CancellationToken cancellationToken)
    {
        var closes = answer.Header("Connection") is { } connection && connection.Contains("close", StringComparison.OrdinalIgnoreCase);
        var body = new MemoryStream();
        var encoding = answer.Header("Transfer-Encoding");
        if (method == "HEAD" || answer.Status is 204 or 304)
        {
            return answer with { Closes = closes };
        }

        if (encoding is not null)
        {
            await ReadChunksAsync(encoding, body, cancellationToken);
        }
        else if (answer.Header("Content-Length") is { } length)
        {
            await CopyAsync(SizeOf(length, NumberStyles.None), body, cancellationToken);
        }
        else
        {
            closes = true;
            while (_start < _end || await FillAsync(cancellationToken))
            {
                Keep(_end - _start, body);
            }
        }

        return answer with { Closes = closes, Body = body.ToArray() };
    }

    private async Task ReadChunksAsync(string encoding, MemoryStream body, CancellationToken cancellationToken)
    {
        if (encoding != "chunked")
        {
            throw new AnswerFormatException($"The transfer encoding is '{Shown(encoding)}'.");
        }

        while (SizeOf(await NeedLineAsync(cancellationToken), NumberStyles.AllowHexSpecifier) is > 0 and var size)
        {
            await CopyAsync(size, body, cancellationToken);
            if (await NeedLineAsync(cancellationToken) != "")
            {
                throw new AnswerFormatException("A chunk is longer than its size.");
            }
        }

        await ReadHeadersAsync(cancellationToken);
    }

    private static long SizeOf(string text, NumberStyles style) =>
        long.TryParse(text, style, CultureInfo.InvariantCulture, out var size) && size >= 0
            ? size
            : throw new AnswerFormatException($"A size is '{Shown(text)}'.");

    private async Task CopyAsync(long count, MemoryStream body, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new AnswerFormatException("The connection ended within the body.");
            }

            count -= Keep((int)Math.Min(count, _end - _start), body);
        }
    }

    private int Keep(int count, MemoryStream body)
    {
        body.Write(_buffer, _start, (int)Math.Min(count, KeptBytes - body.Length));
        _start += count;
        return count;
    }

    private async Task<string> NeedLineAsync(CancellationToken cancellationToken) =>
        await ReadLineAsync(cancellationToken) ?? throw new AnswerFormatException("The connection ended within the chunks.");

    /// <summary>A line without its end; null if the connection ended before it began.</summary>
    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var next = (char)_buffer[_start++];
            if (next == '\n')
            {
                return line.Length > 0 && line[^1] == '\r'
                    ? line.ToString(0, line.Length - 1)
                    : throw new AnswerFormatException("A line ends without a carriage return.");
            }

            if (line.Append(next).Length > LongestLine)
            {
                throw new AnswerFormatException("A line is too long.");
            }
        }

        return line.Length == 0 ? null : throw new AnswerFormatException("The connection ended within a line.");
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
        return _end > 0;
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
