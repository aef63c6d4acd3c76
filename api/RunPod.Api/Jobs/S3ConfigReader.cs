using System.Text;
using System.Text.Json;
using RunPod.Api.Errors;
using RunPod.Contracts.Objects;

namespace RunPod.Api.Jobs;

/// <summary>Reads an <c>s3Config</c>. Null stands for absent; what is unknown is ignored.</summary>
internal static class S3ConfigReader
{
    /// <summary>Reads the value on which <paramref name="reader"/> stands, to its end also if it is wrong.</summary>
    public static OrError<S3Config?> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            return isNull ? default(S3Config) : ApiErrors.S3ConfigNotAnObject;
        }

        string? accessId = null;
        string? accessSecret = null;
        string? bucketName = null;
        string? endpointUrl = null;
        string? objectPath = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
            switch (name)
            {
                case "accessId":
                    accessId = text;
                    break;
                case "accessSecret":
                    accessSecret = text;
                    break;
                case "bucketName":
                    bucketName = text;
                    break;
                case "endpointUrl":
                    endpointUrl = text;
                    break;
                case "objectPath":
                    objectPath = text;
                    break;
            }
        }

        return (accessId, accessSecret, bucketName, endpointUrl) switch
        {
            (null or "", _, _, _) => ApiErrors.InvalidS3Config("accessId"),
            (_, null or "", _, _) => ApiErrors.InvalidS3Config("accessSecret"),
            (_, _, null or "", _) => ApiErrors.InvalidS3Config("bucketName"),
            _ when !IsBucketName(bucketName) => ApiErrors.S3BucketNotName,
            _ when !IsEndpoint(endpointUrl) => ApiErrors.S3EndpointNotUrl,
            _ when objectPath is not null && !IsPath(objectPath) => ApiErrors.S3ObjectPathNotPath,
            _ => new S3Config { AccessId = accessId, AccessSecret = accessSecret, BucketName = bucketName, EndpointUrl = endpointUrl!, ObjectPath = objectPath },
        };
    }

    // The longest that any server ever took. What is more than a name would lead elsewhere in a URL.
    private static bool IsBucketName(string name) =>
        name.Length <= 255 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsEndpoint(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && (url.UserInfo, url.Query, url.Fragment) == ("", "", "");

    // Half of what a key may take; the rest is for the names below it.
    private static bool IsPath(string path) =>
        Encoding.UTF8.GetByteCount(path) <= 512 && !path.Any(char.IsControl) && !path.Split('/').Any(name => name is "." or "..");
}
