using System.Buffers;
using System.Text.Json;
using RunPod.Api.Errors;
using RunPod.Api.Jobs;

namespace RunPod.Api.Batches;

/// <summary>The bodies of the batch operations. Inputs are cut out as they are; one wrong request refuses all of its body.</summary>
internal static class BatchBodyReader
{
    private const int LongestName = 256;

    /// <summary>Reads the body of a new batch: an array of requests.</summary>
    /// <param name="body">The body.</param>
    /// <param name="atMost">How many requests there may be.</param>
    public static OrError<List<JobEnvelope>> ReadArray(ReadOnlySequence<byte> body, int atMost) => JsonBody.Read<List<JobEnvelope>>(
        body, ApiErrors.BatchNotAnArray, (ref reader, bytes) => ReadElements(ref reader, bytes, atMost, ApiErrors.BatchNotAnArray));

    /// <summary>Reads the body that adds requests: an object with the array under <c>requests</c>.</summary>
    public static OrError<List<JobEnvelope>> ReadRequests(ReadOnlySequence<byte> body, int atMost) => JsonBody.Read<List<JobEnvelope>>(
        body, ApiErrors.MissingRequests, (ref reader, bytes) => ReadRequests(ref reader, bytes, atMost));

    /// <summary>Reads the body that renames: an object with a text or null under <c>name</c>.</summary>
    public static OrError<string?> ReadName(ReadOnlySequence<byte> body) => JsonBody.Read<string?>(body, ApiErrors.InvalidBatchName, static (ref reader, _) => ReadName(ref reader));

    /// <summary>Reads the body that finalizes: nothing, or an object that may have a URL under <c>webhook</c>.</summary>
    public static OrError<string?> ReadWebhook(ReadOnlySequence<byte> body) => JsonBody.Read<string?>(body, default(string), static (ref reader, _) => ReadWebhook(ref reader));

    /// <summary>A name, or null for none.</summary>
    public static OrError<string?> ToName(string? name) => name switch
    {
        null or "" => default(string),
        { Length: <= LongestName } => name,
        _ => ApiErrors.InvalidBatchName,
    };

    private static OrError<List<JobEnvelope>> ReadElements(ref Utf8JsonReader reader, ReadOnlySequence<byte> bytes, int atMost, ApiError whenNoArray)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return whenNoArray;
        }

        var requests = new List<JobEnvelope>();
        ApiError? fault = null;
        var offset = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // What was read is cut off, so that the input is not sought from the beginning of a large body.
            (bytes, offset) = (bytes.Slice(reader.TokenStartIndex - offset), reader.TokenStartIndex);
            if (requests.Count == atMost)
            {
                fault ??= ApiErrors.TooManyBatchRequests(atMost);
            }

            if (fault is not null)
            {
                reader.Skip();
                continue;
            }

            var request = JobEnvelopeReader.Read(ref reader, bytes, offset);
            if (request.IsError)
            {
                fault = ApiErrors.InvalidBatchRequest(requests.Count, request.Error);
            }
            else
            {
                requests.Add(request.Value);
            }
        }

        return fault is null ? requests : fault;
    }

    private static OrError<List<JobEnvelope>> ReadRequests(ref Utf8JsonReader reader, ReadOnlySequence<byte> bytes, int atMost)
    {
        OrError<List<JobEnvelope>> requests = ApiErrors.MissingRequests;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return requests;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("requests"u8))
            {
                reader.Read();
                requests = ReadElements(ref reader, bytes, atMost, ApiErrors.MissingRequests);
            }
            else
            {
                reader.Skip();
            }
        }

        return requests;
    }

    private static OrError<string?> ReadName(ref Utf8JsonReader reader)
    {
        OrError<string?> name = ApiErrors.InvalidBatchName;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return name;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            reader.Read();
            if (isName)
            {
                name = reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? ToName(reader.GetString()) : ApiErrors.InvalidBatchName;
            }

            reader.Skip();
        }

        return name;
    }

    private static OrError<string?> ReadWebhook(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return ApiErrors.FinalizeNotAnObject;
        }

        OrError<string?> webhook = default(string);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("webhook"u8))
            {
                reader.Read();
                webhook = WebhookUrlReader.Read(ref reader, "webhook");
            }
            else
            {
                reader.Skip();
            }
        }

        return webhook;
    }
}
