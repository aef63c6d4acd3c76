using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Secrets;

namespace RunPod.Api.Jobs;

/// <summary>Makes a submission out of a request.</summary>
internal sealed class JobIntake(IOptions<RequestLimitsOptions> limits, IOptions<JobPolicyOptions> policy, ISecretProtector secrets)
{
    private readonly RequestLimitsOptions _limits = limits.Value;
    private readonly JobPolicyOptions _policy = policy.Value;

    public async ValueTask<OrError<JobRequest>> ReadAsync(HttpContext http, string endpointId, bool isSync)
    {
        var key = IdempotencyHeader.Read(http.Request);
        if (key.Error is { } badKey)
        {
            return badKey;
        }

        var timeToLive = DurationQuery.Read(http.Request, "ttl", JobPolicyBounds.TimeToLive);
        if (timeToLive.Error is { } badQuery)
        {
            return badQuery;
        }

        if (BaseUrl(http) is not { } baseUrl)
        {
            return ApiErrors.InvalidHost;
        }

        using var hash = key.Value is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var envelope = await JobBodyReader.ReadAsync(http.Request, isSync ? _limits.RunSync : _limits.Run, hash, http.RequestAborted);
        if (envelope.IsError)
        {
            return envelope.Error;
        }

        var submission = ToSubmission(http, envelope.Value, timeToLive.Value, isSync, baseUrl);
        return new JobRequest(submission, hash is null
            ? null
            : new IdempotencyRequest(endpointId, submission.UserId, key.Value!, IdempotencyHeader.Fingerprint(http.Request, isSync, hash.GetHashAndReset())));
    }

    /// <summary>Makes submissions of requests that came in one body.</summary>
    public JobSubmission[] ToSubmissions(HttpContext http, IReadOnlyCollection<JobEnvelope> jobs)
    {
        var baseUrl = BaseUrl(http) ?? throw new BadHttpRequestException("The Host header makes no URL.");
        return [.. jobs.Select(job => ToSubmission(http, job, timeToLive: null, isSync: false, baseUrl))];
    }

    private JobSubmission ToSubmission(HttpContext http, JobEnvelope job, TimeSpan? timeToLive, bool isSync, string baseUrl) => new()
    {
        UserId = http.User.UserId(),
        Input = job.Input,
        // The short form in the URL is there to override a body that comes from a file.
        TimeToLive = timeToLive ?? job.Policy.TimeToLive ?? _policy.TimeToLive,
        ExecutionTimeout = job.Policy.ExecutionTimeout ?? _policy.ExecutionTimeout,
        IsSync = isSync,
        RequestBaseUrl = baseUrl,
        LowPriority = job.Policy.LowPriority,
        Webhook = job.Webhook,
        WebhookV2 = job.WebhookV2,
        S3Config = job.S3Config is { } s3 ? secrets.Protect(SecretPurposes.S3Config, s3.ToBytes()) : null,
    };

    /// <summary>What the URLs of the job's files begin with; null if the client named a host that makes no URL.</summary>
    private static string? BaseUrl(HttpContext http)
    {
        // As it was sent: made readable, a name that is not well encoded throws.
        if (http.Request.Headers.Host.ToString() is { Length: > 0 } host)
        {
            var url = $"{http.Request.Scheme}://{host}";
            return Uri.TryCreate(url, UriKind.Absolute, out _) ? url : null;
        }

        // HTTP/1.0 knows no Host header.
        var address = http.Connection.LocalIpAddress ?? IPAddress.Loopback;
        var endPoint = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, http.Connection.LocalPort);
        return $"{http.Request.Scheme}://{endPoint}";
    }
}
