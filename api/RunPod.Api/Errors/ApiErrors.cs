using System.Globalization;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Requests;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Errors;

/// <summary>Every sentence that a client may read, in one place.</summary>
internal static partial class ApiErrors
{
    // A queue drains in seconds and a lost silo is replaced in about six.
    private const int RetryAfterOutageSeconds = 5;
    private const int RetryAfterBytesSeconds = 1;
    private const int LongestEcho = 64;

    public static ApiError MissingApiKey { get; } = new(StatusCodes.Status401Unauthorized, "missing_api_key",
        "The request carries no API key. Send the header 'Authorization: Bearer YOUR_API_KEY'.");

    public static ApiError InvalidApiKey { get; } = new(StatusCodes.Status401Unauthorized, "invalid_api_key",
        "The API key is unknown or has been revoked. Check the key in the Authorization header, or create a new one.");

    public static ApiError Forbidden { get; } = new(StatusCodes.Status403Forbidden, "forbidden",
        "The API key may not do this. Use a key that may.");

    public static ApiError JobNotFound { get; } = new(StatusCodes.Status404NotFound, "job_not_found",
        "There is no such job for this API key on this endpoint. Check the id; a job that has ended is kept only for a while, 30 minutes by default.");

    public static ApiError UnknownPath { get; } = new(StatusCodes.Status404NotFound, "unknown_path",
        "Nothing is served at this path. An endpoint has POST /v2/{endpointId}/run, POST /runsync, GET /status/{jobId}, GET /status-sync/{jobId}, GET /stream/{jobId}, "
        + "POST /cancel/{jobId}, POST /retry/{jobId}, POST /purge-queue, GET /requests, GET /health and the batches under /batch; check the path.");

    public static ApiError DoubleSlash { get; } = new(StatusCodes.Status404NotFound, UnknownPath.Value.Code,
        "The path has a double slash. Join the base URL and what follows with one slash.");

    public static ApiError UnsupportedMediaType { get; } = new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type",
        "The body must be JSON. Send it with the header 'Content-Type: application/json'.");

    public static ApiError EmptyBody { get; } = new(StatusCodes.Status400BadRequest, "empty_body",
        """The body is empty. Send a JSON object such as {"input": {"prompt": "a lighthouse"}}.""");

    public static ApiError BodyNotAnObject { get; } = new(StatusCodes.Status400BadRequest, "invalid_body",
        """The body must be a JSON object. Send one such as {"input": {"prompt": "a lighthouse"}}.""");

    public static ApiError EncodedTwice { get; } = new(StatusCodes.Status400BadRequest, BodyNotAnObject.Value.Code,
        "The body is a JSON string that holds JSON: it was encoded twice. Send the JSON itself; one call of JSON.stringify or json.dumps is enough.");

    public static ApiError NotDecodable { get; } = new(StatusCodes.Status400BadRequest, "invalid_encoding",
        "The body is not what its Content-Encoding says, or was cut off. Send it encoded so, or as it is and without that header.");

    public static ApiError MissingInput { get; } = new(StatusCodes.Status400BadRequest, "missing_input",
        """The body has no "input". Send a JSON object such as {"input": {"prompt": "a lighthouse"}}; the input may be any JSON value.""");

    public static ApiError NotUtf8 { get; } = new(StatusCodes.Status400BadRequest, "invalid_json",
        "The body holds bytes that are not UTF-8. Send it encoded as UTF-8.");

    public static ApiError PolicyNotAnObject { get; } = new(StatusCodes.Status400BadRequest, "invalid_policy",
        """The "policy" must be a JSON object. Send one such as {"executionTimeout": 600000, "ttl": 86400000}, or leave it out.""");

    public static ApiError LowPriorityNotBoolean { get; } = new(StatusCodes.Status400BadRequest, "invalid_policy",
        """The value of "policy.lowPriority" must be true or false. Correct it or leave it out.""");

    public static ApiError S3ConfigNotAnObject { get; } = new(StatusCodes.Status400BadRequest, "invalid_s3_config",
        """The "s3Config" must be a JSON object with accessId, accessSecret, bucketName and endpointUrl. Correct it or leave it out.""");

    public static ApiError S3EndpointNotUrl { get; } = new(StatusCodes.Status400BadRequest, "invalid_s3_config",
        """The value of "s3Config.endpointUrl" must be an http or https URL such as "https://s3.eu-central-1.amazonaws.com", without user, query and fragment. Correct it or leave s3Config out.""");

    public static ApiError S3BucketNotName { get; } = new(StatusCodes.Status400BadRequest, "invalid_s3_config",
        """The value of "s3Config.bucketName" must be a bucket's name: letters, digits, '.', '_' and '-', of which the first is a letter or digit. Correct it or leave s3Config out.""");

    public static ApiError S3ObjectPathNotPath { get; } = new(StatusCodes.Status400BadRequest, "invalid_s3_config",
        """The value of "s3Config.objectPath" must be a folder in the bucket such as "pictures/today": at most 512 bytes, without '.' and '..' as names and without control characters. Correct it or leave it out.""");

    public static ApiError InvalidOffset { get; } = new(StatusCodes.Status400BadRequest, "invalid_query",
        "The query value 'offset' must be a whole number from 0 on. Correct it or leave it out.");

    public static ApiError InvalidLimit { get; } = new(StatusCodes.Status400BadRequest, "invalid_query",
        $"The query value 'limit' must be a whole number from 1 to {PageQuery.MaxLimit}. Correct it or leave it out.");

    public static ApiError InvalidIdempotencyKey { get; } = new(StatusCodes.Status400BadRequest, "invalid_idempotency_key",
        "The header Idempotency-Key must have 1 to 255 characters. Send a random one, such as a UUID, or leave it out.");

    public static ApiError IdempotencyKeyReused { get; } = new(StatusCodes.Status409Conflict, "idempotency_key_reused",
        "The Idempotency-Key was used for another request. Send the same body to the same operation as the first time, or use a new key.");

    public static ApiError BadRequest { get; } = new(StatusCodes.Status400BadRequest, "bad_request",
        "The request could not be read. Check its path, headers and body.");

    public static ApiError RequestTimeout { get; } = new(StatusCodes.Status408RequestTimeout, "request_timeout",
        "The body came too slowly. Send the request again.");

    public static ApiError Unavailable { get; } = new(StatusCodes.Status503ServiceUnavailable, "unavailable",
        "The service cannot do this at the moment. Send the request again after the seconds in Retry-After.")
    { RetryAfterSeconds = RetryAfterOutageSeconds };

    public static ApiError StoreFull { get; } = new(StatusCodes.Status503ServiceUnavailable, Unavailable.Value.Code,
        "The service's store is full, so this was not done. Send the request again after the seconds in Retry-After; if that goes on, tell the operator.")
    { RetryAfterSeconds = RetryAfterOutageSeconds };

    public static ApiError QueueFull { get; } = new(StatusCodes.Status429TooManyRequests, "queue_full",
        "The endpoint's queue is full; the job was not accepted. Send it again after the seconds in Retry-After.")
    { RetryAfterSeconds = RetryAfterOutageSeconds };

    public static ApiError TooManyBytes { get; } = new(StatusCodes.Status429TooManyRequests, "too_many_bytes",
        "Bodies and answers that are under way hold as many bytes as the service has room for. Send the request again after the seconds in Retry-After, when some have ended.")
    { RetryAfterSeconds = RetryAfterBytesSeconds };

    public static ApiError InvalidHost { get; } = new(StatusCodes.Status400BadRequest, "invalid_host",
        "The Host or X-Forwarded-Host header is no host with a port from 1 to 65535, so no URL of a file could be made of it. Correct it.");

    public static ApiError Internal { get; } = new(StatusCodes.Status500InternalServerError, "internal_error",
        "The service failed on this request. Send it again; if that fails too, tell the operator the time of the request.");

    public static ApiError EndpointNotFound(string endpointId, IReadOnlySet<string> served) =>
        new(StatusCodes.Status404NotFound, "endpoint_not_found", served.Count == 0
            ? $"There is no endpoint '{Shown(endpointId)}': no worker serves any endpoint at the moment. Start a worker, or send the request again later."
            : $"There is no endpoint '{Shown(endpointId)}'. Use one of those served here: {string.Join(", ", served.Order(StringComparer.Ordinal))}.");

    /// <param name="what">What is wrong, as the rest of a sentence about the header.</param>
    public static ApiError MisspeltKey(string what) => new(StatusCodes.Status401Unauthorized, InvalidApiKey.Value.Code,
        $"The Authorization header {what}. Send 'Authorization: Bearer YOUR_API_KEY', with the key alone in the place of YOUR_API_KEY.");

    public static ApiError UnknownEncoding(string encoding) => new(StatusCodes.Status415UnsupportedMediaType, UnsupportedMediaType.Value.Code,
        $"The Content-Encoding '{Shown(encoding)}' is not known here. Use gzip, deflate, br or zstd, or send the body as it is.");

    public static ApiError InvalidWebhook(string name) => new(StatusCodes.Status400BadRequest, "invalid_webhook",
        $"The value of \"{name}\" must be an http or https URL of at most 2048 characters without user name and password. Correct it or leave it out.");

    public static ApiError InvalidS3Config(string name) => new(StatusCodes.Status400BadRequest, "invalid_s3_config",
        $"The \"s3Config\" has no text under \"{name}\". Give accessId, accessSecret, bucketName and endpointUrl, or leave s3Config out.");

    public static ApiError NotRetriable(JobStatus status) => new(StatusCodes.Status400BadRequest, "not_retriable",
        $"The job is {JobStatusNames.ToWire(status)}; only a job that is FAILED or TIMED_OUT can be retried. Submit a new job instead.");

    public static ApiError MethodNotAllowed(string method, string allowed) => new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed",
        $"This path does not take {method}. Use {allowed}.");

    public static ApiError BodyTooLarge(long limit) => new(StatusCodes.Status413PayloadTooLarge, "body_too_large",
        Invariant($"The body is larger than {limit} bytes ({limit / 1048576.0:0.##} MiB). Send less, or send a URL from which the data can be fetched."));

    public static ApiError InvalidJson(long line, long position) => new(StatusCodes.Status400BadRequest, "invalid_json",
        Invariant($"The body is not valid JSON: it cannot be read from line {line}, byte {position} on. Correct it and send it again."));

    public static ApiError InvalidPolicy(string name, DurationBounds bounds) => new(StatusCodes.Status400BadRequest, "invalid_policy",
        Invariant($"The value of \"policy.{name}\" must be a whole number of milliseconds from {bounds.MinMilliseconds} to {bounds.MaxMilliseconds}. Correct it or leave it out."));

    public static ApiError InvalidQuery(string name, string given, DurationBounds bounds) => new(StatusCodes.Status400BadRequest, "invalid_query", Invariant(
        $"The query value {name}='{Shown(given)}' must be a whole number of milliseconds from {bounds.MinMilliseconds} to {bounds.MaxMilliseconds}. Correct it or leave it out."));

    public static ApiError RateLimited(string operation, RateDecision decision)
    {
        var seconds = Math.Max(1, WholeSeconds(decision.ResetAfter));
        return decision.Verdict == RateVerdict.TooManyAtOnce
            ? new ApiError(StatusCodes.Status429TooManyRequests, "too_many_concurrent_requests", Invariant(
                $"At most {decision.Concurrency} '{operation}' requests may run at the same time. Wait until one has ended, then send this one again."))
            { RetryAfterSeconds = seconds }
            : new ApiError(StatusCodes.Status429TooManyRequests, "rate_limited", Invariant(
                $"At most {decision.Limit} '{operation}' requests are allowed in {WholeSeconds(decision.Window)} seconds. Send this one again in {seconds} seconds."))
            { RetryAfterSeconds = seconds };
    }

    public static ApiError TooManyWrongKeys(TimeSpan wait)
    {
        var seconds = Math.Max(1, WholeSeconds(wait));
        return new ApiError(StatusCodes.Status429TooManyRequests, "too_many_wrong_keys", Invariant(
            $"Your address has sent too many wrong API keys. Check the key in the Authorization header, and send the request again in {seconds} seconds."))
        { RetryAfterSeconds = seconds };
    }

    /// <summary>Seconds as headers carry them: never less than the time itself.</summary>
    public static int WholeSeconds(TimeSpan time) => (int)Math.Ceiling(Math.Clamp(time.TotalSeconds, 0, int.MaxValue));

    private static string Shown(string given) => given.Length <= LongestEcho ? given : given[..LongestEcho] + "…";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
