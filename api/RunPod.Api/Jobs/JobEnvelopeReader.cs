using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using RunPod.Api.Errors;
using RunPod.Contracts.Objects;

namespace RunPod.Api.Jobs;

/// <summary>Finds in a body what counts of it. The input is never parsed into objects: its bytes are cut out as they are.</summary>
internal static class JobEnvelopeReader
{
    // The reader keeps one bit a level; past this depth hardly any reader of the input would follow.
    private const int MaxDepth = 1024;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static OrError<JobEnvelope> Read(ReadOnlySequence<byte> body)
    {
        body = SkipByteOrderMark(body);
        var reader = body.IsSingleSegment ? new Utf8JsonReader(body.FirstSpan, Options) : new Utf8JsonReader(body, Options);
        try
        {
            if (IsBlank(body))
            {
                return ApiErrors.EmptyBody;
            }

            return ReadObject(ref reader, body);
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

    private static OrError<JobEnvelope> ReadObject(ref Utf8JsonReader reader, ReadOnlySequence<byte> body)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        if (!isObject)
        {
            ReadToEnd(ref reader);
            return ApiErrors.BodyNotAnObject;
        }

        long start = -1;
        long end = -1;
        OrError<JobPolicy> policy = default(JobPolicy);
        OrError<string?> webhook = default(string);
        OrError<string?> webhookV2 = default(string);
        OrError<S3Config?> s3Config = default(S3Config);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input"u8))
            {
                reader.Read();
                start = reader.TokenStartIndex;
                reader.Skip();
                end = reader.BytesConsumed;
            }
            else if (reader.ValueTextEquals("policy"u8))
            {
                reader.Read();
                policy = JobPolicyReader.Read(ref reader);
            }
            else if (reader.ValueTextEquals("webhook"u8))
            {
                reader.Read();
                webhook = WebhookUrlReader.Read(ref reader, "webhook");
            }
            else if (reader.ValueTextEquals("webhookV2"u8))
            {
                reader.Read();
                webhookV2 = WebhookUrlReader.Read(ref reader, "webhookV2");
            }
            else if (reader.ValueTextEquals("s3Config"u8))
            {
                reader.Read();
                s3Config = S3ConfigReader.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Past the last brace nothing but white space may come; the reader throws if it does.
        ReadToEnd(ref reader);
        if (start < 0)
        {
            return ApiErrors.MissingInput;
        }

        if ((policy.Error ?? webhook.Error ?? webhookV2.Error ?? s3Config.Error) is { } fault)
        {
            return fault;
        }

        var input = body.Slice(start, end - start).ToArray();
        return Utf8.IsValid(input)
            ? new JobEnvelope { Input = input, Policy = policy.Value, Webhook = webhook.Value, WebhookV2 = webhookV2.Value, S3Config = s3Config.Value }
            : ApiErrors.NotUtf8;
    }

    private static void ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

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
