using System.Globalization;
using System.Text;
using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Mutations;

/// <summary>Where the body ends, lies about that, the pace, and the bytes themselves.</summary>
internal static class FramingMutations
{
    private const int Framing = 1;
    private const int Bytes = 2;

    private static readonly string[] Sizes =
    [
        "FFFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "80000000", "7FFFFFFF", "100000000", "-1", "0x5", "", " ", "5 ", " 5", "g", "5;", "5;;;",
        "5;a=\"", "00000000000000000005", "5\u0000", "+5", "5,5", "\u00ff",
    ];

    private static readonly string[] Lengths =
    [
        "Content-Length: -1", "Content-Length: +5", "Content-Length: 5,5", "Content-Length: 5, 6", "Content-Length: 9223372036854775807",
        "Content-Length: 9223372036854775808", "Content-Length: 99999999999999999999999", "Content-Length: 0x5",
        "Content-Length: ", "Content-Length: 1.5", "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length : 5",
        "Content-Length:\t5", "Content-Length: 5 ", "Content-Length: \u00ff",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: \u000bchunked", "Transfer-Encoding : chunked", "Transfer-Encoding:", "X: y",
        "Transfer-Encoding: CHUNKED",
    ];

    private static readonly string[] Noises = ["\r\n", "\n\n", "\u0000", " ", "\u0016\u0003\u0001\u0002", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("chunked", Framing, 6, (draft, random) => Chunk(draft, random, size => size)),
        new("chunked with extensions", Framing, 2, (draft, random) =>
            Chunk(draft, random, size => $"{size};{Odd.Pick(["a", "a=b", "a=\"b\"", "a=\"b;\"", ";;", new('e', 3000)], random)}")),
        new("chunked with trailers", Framing, 2, (draft, random) =>
            Chunk(draft, random, size => size, Odd.Pick(
                ["A: b\r\n", "Authorization: Bearer x\r\nContent-Length: 5\r\n", "Host: a:99999\r\n", "nonsense\r\n"], random))),
        new("chunk size", Framing, 4, (draft, random) =>
            Lie(draft, random, (chunks, i) => chunks[i] = Odd.Pick(Sizes, random) + chunks[i][chunks[i].IndexOf('\r', StringComparison.Ordinal)..])),
        new("chunk without end", Framing, 2, (draft, random) => Lie(draft, random, (chunks, i) => chunks.RemoveRange(i, chunks.Count - i))),
        new("chunk without line end", Framing, 1, (draft, random) => Lie(draft, random, (chunks, i) => chunks[i] = chunks[i].TrimEnd('\r', '\n'))),
        new("chunk with bare line feeds", Framing, 1, (draft, random) =>
            Lie(draft, random, (chunks, i) => chunks[i] = chunks[i].Replace("\r\n", "\n", StringComparison.Ordinal))),
        new("length lie", Framing, 4, LieAboutLength),
        new("length", Framing, 4, (draft, random) => Set(draft, random, Odd.Pick(Lengths, random))),
        new("slow", Framing, 1, Slow),
        new("two requests in one", Framing, 1, (draft, random) => Set(draft, random, "Content-Length: 0", "GET /healthz/live HTTP/1.1\r\nHost: a\r\n\r\n")),
        new("bytes changed", Bytes, 5, (draft, random) => Garble(draft, random, Change)),
        new("bytes cut", Bytes, 2, (draft, random) => Garble(draft, random, (bytes, source) => bytes[..source.Next(1, bytes.Length)])),
        new("bytes twice", Bytes, 1, (draft, random) =>
            Garble(draft, random, (bytes, source) => [.. bytes[..source.Next(bytes.Length)], .. bytes[source.Next(bytes.Length)..]])),
        new("noise before", Bytes, 1, (draft, random) =>
            Garble(draft, random, (bytes, source) =>
                [.. Encoding.Latin1.GetBytes(Odd.Pick(Noises, source)), .. bytes])),
    ];

    private static void Set(Draft draft, Random random, string framing, string? payload = null)
    {
        (draft.Framing, draft.Payload) = (framing, payload ?? draft.Payload ?? draft.Body);
        draft.Patience = Patience.Draw(random);
    }

    private static void Chunk(Draft draft, Random random, Func<string, string> sized, string trailers = "")
    {
        draft.Framing = "Transfer-Encoding: chunked";
        draft.Payload = string.Concat(Chunks(draft.Body ?? "", random, sized)) + $"0\r\n{trailers}\r\n";
    }

    private static void Lie(Draft draft, Random random, Action<List<string>, int> change)
    {
        List<string> chunks = [.. Chunks(draft.Body is { Length: > 0 } body ? body : "{}", random, size => size), "0\r\n\r\n"];
        change(chunks, random.Next(chunks.Count));
        Set(draft, random, "Transfer-Encoding: chunked", string.Concat(chunks));
    }

    private static IEnumerable<string> Chunks(string body, Random random, Func<string, string> sized)
    {
        var longest = random.Next(5) == 0 ? Math.Max(2, body.Length / 200) : Math.Max(2, body.Length);
        for (var start = 0; start < body.Length;)
        {
            var length = Math.Min(body.Length - start, random.Next(1, longest + 1));
            yield return $"{sized(length.ToString("X", CultureInfo.InvariantCulture))}\r\n{body.AsSpan(start, length)}\r\n";
            start += length;
        }
    }

    private static void LieAboutLength(Draft draft, Random random)
    {
        var length = (draft.Body?.Length ?? 0) + Odd.Pick([1, 10, 100_000, -1, -5, -100], random);
        Set(draft, random, string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Math.Max(0, length)}"));
    }

    private static void Slow(Draft draft, Random random)
    {
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            draft.Pauses.Add((random.NextDouble(), TimeSpan.FromMilliseconds(random.Next(1, 120))));
        }

        if (random.Next(50) == 0)
        {
            draft.Pauses.Add((0.99, TimeSpan.FromSeconds(7)));
            draft.Patience = Patience.Long;
        }
    }

    private static void Garble(Draft draft, Random random, Func<byte[], Random, byte[]> change)
    {
        // With numbers of its own, so that what is drawn does not depend on the length of ids.
        var seed = random.Next();
        draft.Garble = bytes => change(bytes, new Random(seed));
        draft.Patience = Patience.Draw(random);
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0 : (byte)random.Next(256);
        }

        return bytes;
    }
}
