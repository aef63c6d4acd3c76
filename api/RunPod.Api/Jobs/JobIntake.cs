using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>Makes a submission out of a request.</summary>
internal sealed class JobIntake(IOptions<RequestLimitsOptions> limits, IOptions<JobPolicyOptions> policy)
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

        return new JobSubmission
        {
            UserId = http.User.UserId(),
            Input = envelope.Value.Input,
            // The short form in the URL is there to override a body that comes from a file.
            TimeToLive = timeToLive.Value ?? envelope.Value.TimeToLive ?? _policy.TimeToLive,
            ExecutionTimeout = envelope.Value.ExecutionTimeout ?? _policy.ExecutionTimeout,
            IsSync = isSync,
            RequestBaseUrl = BaseUrl(http),
        };
    }

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
