using System.Text.Json;
using RunPod.Api.Errors;

namespace RunPod.Api.Jobs;

/// <summary>Reads a webhook's URL. Null and the empty text stand for absent, as clients in typed languages send it.</summary>
internal static class WebhookUrlReader
{
    private const int MaxLength = 2048;

    /// <summary>Reads the value on which <paramref name="reader"/> stands, to its end also if it is wrong.</summary>
    public static OrError<string?> Read(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default(string);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return ApiErrors.InvalidWebhook(name);
        }

        return Read(reader.GetString()!, name);
    }

    public static OrError<string?> Read(string text, string name) => text switch
    {
        "" => default(string),
        { Length: <= MaxLength } when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 => text,
        _ => ApiErrors.InvalidWebhook(name),
    };
}
