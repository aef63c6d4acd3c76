using System.Text.Encodings.Web;
using System.Text.Json;

namespace RunPod.Grains.Streams;

/// <summary>
/// Cuts chunks that are larger than RunPod documents. A JSON string becomes several strings, which joined give the string; any other
/// value becomes several strings too, which joined give its JSON text. No piece ends within a character.
/// </summary>
internal static class ChunkSplitter
{
    /// <summary>Bytes of the largest chunk.</summary>
    public const int MaxBytes = 1_000_000;

    private const byte Quote = (byte)'"';

    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> chunk)
    {
        if (chunk.Length <= MaxBytes)
        {
            return [chunk];
        }

        var value = chunk[..^CountWhitespace(chunk.Span)];
        value = value[value.Span.IndexOfAnyExcept(" \t\r\n"u8)..];
        if (value.Length <= MaxBytes)
        {
            return [value];
        }

        return value.Span[0] == Quote
            ? Pieces(value[1..^1])
            : Pieces(JsonEncodedText.Encode(value.Span, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray());
    }

    /// <param name="text">What stands between the quotes of a JSON string.</param>
    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(ReadOnlyMemory<byte> text)
    {
        while (!text.IsEmpty)
        {
            var length = LengthOfPiece(text.Span);
            yield return (byte[])[Quote, .. text.Span[..length], Quote];
            text = text[length..];
        }
    }

    private static int LengthOfPiece(ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxBytes - 2)
        {
            return text.Length;
        }

        var length = 0;
        while (LengthOfCharacter(text[length..]) is var next && length + next <= MaxBytes - 2)
        {
            length += next;
        }

        return length;
    }

    private static int LengthOfCharacter(ReadOnlySpan<byte> text) => text[0] switch
    {
        (byte)'\\' when text[1] != (byte)'u' => 2,
        // Two escapes that are one character: a high surrogate and a low one.
        (byte)'\\' => IsSurrogate(text, "89abAB"u8) && text.Length >= 12 && IsSurrogate(text[6..], "cdefCDEF"u8) ? 12 : 6,
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    private static bool IsSurrogate(ReadOnlySpan<byte> text, ReadOnlySpan<byte> kind) =>
        text[0] == '\\' && text[1] == 'u' && text[2] is (byte)'d' or (byte)'D' && kind.Contains(text[3]);

    private static int CountWhitespace(ReadOnlySpan<byte> text) => text.Length - 1 - text.LastIndexOfAnyExcept(" \t\r\n"u8);
}
