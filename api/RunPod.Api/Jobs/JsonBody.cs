using System.Buffers;
using System.Text.Json;
using RunPod.Api.Errors;

namespace RunPod.Api.Jobs;

/// <summary>Reads a whole body that is one JSON value, without a tree of it.</summary>
internal static class JsonBody
{
    // The reader keeps one bit a level; past this depth hardly any reader of the input would follow.
    private const int MaxDepth = 1024;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads the value on which the reader stands to its end, also if it is wrong. Positions of the reader count from the beginning of the body.</summary>
    public delegate OrError<T> ReadValue<T>(ref Utf8JsonReader reader, ReadOnlySequence<byte> body);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static OrError<T> Read<T>(ReadOnlySequence<byte> body, OrError<T> whenBlank, ReadValue<T> read)
    {
        body = SkipByteOrderMark(body);
        if (IsBlank(body))
        {
            return whenBlank;
        }

        var reader = body.IsSingleSegment ? new Utf8JsonReader(body.FirstSpan, Options) : new Utf8JsonReader(body, Options);
        try
        {
            reader.Read();
            var value = HoldsJson(reader) ? ApiErrors.EncodedTwice : read(ref reader, body);

            // Past the value nothing but white space may come; the reader throws if it does.
            while (reader.Read())
            {
            }

            return value;
        }
        catch (JsonException exception)
        {
            // Counted from 1 as editors do. The exception's own text quotes the body, so it goes nowhere.
            return ApiErrors.InvalidJson((exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);
        }
        catch (InvalidOperationException)
        {
            // So the reader says that a text is not UTF-8.
            return ApiErrors.NotUtf8;
        }
    }

    /// <summary>Whether the reader stands on a string whose text begins as an object or an array does.</summary>
    public static bool HoldsJson(in Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        && (reader.HasValueSequence ? reader.ValueSequence.FirstSpan : reader.ValueSpan).TrimStart(" "u8) is [(byte)'{' or (byte)'[', ..];

    private static bool IsBlank(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        reader.AdvancePastAny(" \t\r\n"u8);
        return reader.End;
    }

    private static ReadOnlySequence<byte> SkipByteOrderMark(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.IsNext(ByteOrderMark, advancePast: true) ? body.Slice(reader.Position) : body;
    }
}
