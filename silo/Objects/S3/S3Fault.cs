using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.S3;
using RunPod.Silo.Egress;

namespace RunPod.Silo.Objects.S3;

/// <summary>Why a request to a bucket failed.</summary>
/// <param name="Code">S3's error code where the server sent one, else what happened to the connection.</param>
/// <param name="Refusal">The guard's sentence, where it did not let the connection out.</param>
/// <param name="IsTemporary">Whether the same request may well succeed later.</param>
internal sealed record S3Fault(string Code, string? Refusal, bool IsTemporary)
{
    public const string Timeout = "Timeout";

    private const int LongestCode = 64;

    /// <summary>Reads what the SDK threw.</summary>
    public static S3Fault Of(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case EgressRefusedException refused:
                    return new S3Fault("AddressRefused", refused.Message, IsTemporary: false);
                case AmazonS3Exception { StatusCode: not 0 } answer:
                    return new S3Fault(CodeOf(answer), Refusal: null, answer.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests);
                case SocketException socket:
                    return new S3Fault(socket.SocketErrorCode.ToString(), Refusal: null, IsTemporary: true);
                case AuthenticationException:
                    return new S3Fault("TlsFailed", Refusal: null, IsTemporary: false);
                case OperationCanceledException or TimeoutException:
                    return new S3Fault(Timeout, Refusal: null, IsTemporary: true);
            }
        }

        return new S3Fault(exception is IOException or HttpRequestException ? "ConnectionLost" : "Unusable", Refusal: null, exception is IOException or HttpRequestException);
    }

    /// <summary>A sentence that says what happened and one that says what to do.</summary>
    /// <param name="place">The bucket.</param>
    /// <param name="permission">What the request needed, such as <c>s3:PutObject</c>.</param>
    public string Describe(S3Place place, string permission) => $"Bucket '{place.Bucket}' at {place.Host} cannot be used: " + Code switch
    {
        _ when Refusal is not null => Refusal,
        "InvalidAccessKeyId" or "InvalidToken" or "ExpiredToken" => $"the server does not know the access key ({Code}). Correct {place.AccessIdSetting} and {place.Again}.",
        "SignatureDoesNotMatch" => $"the server refused the signature ({Code}). Correct {place.SecretSetting} and {place.Again}.",
        "AccessDenied" or "Forbidden" => $"the access key may not do this ({Code}). Allow it {permission} and {place.Retry}.",
        "NoSuchBucket" => $"it does not exist ({Code}). Create it and {place.Retry}, or correct {place.BucketSetting} and {place.Again}.",
        "InvalidBucketName" => $"this is not a bucket's name ({Code}). Correct {place.BucketSetting} and {place.Again}.",
        "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "IncorrectEndpoint" =>
            $"it is in another region ({Code}). Name its region in {place.EndpointSetting} and {place.Again}.",
        nameof(SocketError.HostNotFound) or nameof(SocketError.NoData) =>
            $"the server's name is not known ({Code}). Correct {place.EndpointSetting} and {place.Again}.",
        Timeout => $"the server did not answer in time ({Code}). Make sure that it does and {place.Retry}.",
        "TlsFailed" => $"the server has no certificate that is trusted ({Code}). Give it one and {place.Retry}, or correct {place.EndpointSetting} and {place.Again}.",
        _ when IsTemporary => $"the server does not work or cannot be reached ({Code}). Make sure that it does and {place.Retry}.",
        _ => $"the server refused the request ({Code}). Correct what the code stands for and {place.Again}.",
    };

    // The code comes from a server that the client chose.
    private static string CodeOf(AmazonS3Exception answer) =>
        answer.ErrorCode is { Length: > 0 and <= LongestCode } code && code.All(char.IsAsciiLetterOrDigit)
            ? code
            : string.Create(CultureInfo.InvariantCulture, $"Http{(int)answer.StatusCode}");
}
