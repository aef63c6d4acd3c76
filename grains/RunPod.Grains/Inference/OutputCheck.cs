using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RunPod.Grains.Inference;

/// <summary>Whether an output is what every client can read: one JSON value in UTF-8. Nothing is built of it.</summary>
internal static class OutputCheck
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>The position from which on it is not JSON; null if it is.</summary>
    public static long? FindFault(ReadOnlySpan<byte> output)
    {
        var reader = new Utf8JsonReader(output, Options);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return reader.BytesConsumed;
        }

        // The reader takes the bytes of a string as they are.
        return Utf8.IsValid(output) ? null : FirstInvalid(output);
    }

    /// <exception cref="InvalidDataException">It is not; the message says from where on.</exception>
    public static void ThrowIfFaulty(ReadOnlySpan<byte> output)
    {
        if (FindFault(output) is { } position)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"A part of its output is not valid JSON from byte {position} on. It must be one JSON value in UTF-8, without NaN and Infinity."));
        }
    }

    private static long FirstInvalid(ReadOnlySpan<byte> output)
    {
        var position = 0;
        while (position < output.Length && Rune.DecodeFromUtf8(output[position..], out _, out var length) == OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }
}
