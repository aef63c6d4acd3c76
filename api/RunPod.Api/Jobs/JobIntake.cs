using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Secrets;

namespace RunPod.Api.Jobs;

/// <summary>Makes a submission out of a request.</summary>
internal sealed class JobIntake(IOptions<RequestLimitsOptions> limits, IOptions<JobPolicyOptions> policy, ISecretProtector secrets)
{
    private readonly RequestLimitsOptions _limits = limits.Value;
    private readonly JobPolicyOptions _policy = policy.Value;

    public async ValueTask<OrError<JobSubmission>> ReadAsync(HttpContext http, bool isSync)
    {
        var timeToLive = DurationQuery.Read(http.Request, "ttl", JobPolicyBounds.TimeToLive);
        if (timeToLive.Error is { } badQuery)
        {
            return badQuery;
        }

        var envelope = await JobBodyReader.ReadAsync(http.Request, isSync ? _limits.RunSync : _limits.Run, http.RequestAborted);
        if (envelope.Error is { } badBody)
        {
            return badBody;
        }

        return ToSubmission(http, envelope.Value!, timeToLive.Value, isSync);
    }

    private JobSubmission ToSubmission(HttpContext http, JobEnvelope job, TimeSpan? timeToLive, bool isSync) => new()
    {
        UserId = http.User.UserId(),
        Input = job.Input,
        // The short form in the URL is there to override a body that comes from a file.
        TimeToLive = timeToLive ?? job.Policy.TimeToLive ?? _policy.TimeToLive,
        ExecutionTimeout = job.Policy.ExecutionTimeout ?? _policy.ExecutionTimeout,
        IsSync = isSync,
        RequestBaseUrl = BaseUrl(http),
        LowPriority = job.Policy.LowPriority,
        Webhook = job.Webhook,
        WebhookV2 = job.WebhookV2,
        S3Config = job.S3Config is { } s3 ? secrets.Protect(SecretPurposes.S3Config, s3.ToBytes()) : null,
    };

    private static string BaseUrl(HttpContext http)
    {
        if (http.Request.Host.HasValue)
        {
            return $"{http.Request.Scheme}://{http.Request.Host.Value}";
        }

        // HTTP/1.0 knows no Host header.
        var address = http.Connection.LocalIpAddress ?? IPAddress.Loopback;
        var endPoint = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, http.Connection.LocalPort);
        return $"{http.Request.Scheme}://{endPoint}";
    }
}
