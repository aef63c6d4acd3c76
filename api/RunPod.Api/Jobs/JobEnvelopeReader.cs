using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using RunPod.Api.Errors;
using RunPod.Contracts.Objects;

namespace RunPod.Api.Jobs;

/// <summary>Finds in a body what counts of it. The input is never parsed into objects: its bytes are cut out as they are.</summary>
internal static class JobEnvelopeReader
{
    public static OrError<JobEnvelope> Read(ReadOnlySequence<byte> body) =>
        JsonBody.Read<JobEnvelope>(body, ApiErrors.EmptyBody, static (ref reader, whole) => Read(ref reader, whole, offset: 0));

    /// <summary>Reads the value on which <paramref name="reader"/> stands, to its end also if it is wrong.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="bytes">What it reads, from <paramref name="offset"/> on.</param>
    /// <param name="offset">A position of the reader, not behind the value.</param>
    public static OrError<JobEnvelope> Read(ref Utf8JsonReader reader, ReadOnlySequence<byte> bytes, long offset)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var error = JsonBody.HoldsJson(reader) ? ApiErrors.EncodedTwice : ApiErrors.BodyNotAnObject;
            reader.Skip();
            return error;
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

        if (start < 0)
        {
            return ApiErrors.MissingInput;
        }

        if ((policy.Error ?? webhook.Error ?? webhookV2.Error ?? s3Config.Error) is { } fault)
        {
            return fault;
        }

        var input = bytes.Slice(start - offset, end - start).ToArray();
        return Utf8.IsValid(input)
            ? new JobEnvelope { Input = input, Policy = policy.Value, Webhook = webhook.Value, WebhookV2 = webhookV2.Value, S3Config = s3Config.Value }
            : ApiErrors.NotUtf8;
    }
}
