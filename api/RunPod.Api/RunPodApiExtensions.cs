using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Batches;
using RunPod.Api.Browsers;
using RunPod.Api.Deadlines;
using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Api.OpenApi;
using RunPod.Api.Webhooks;
using RunPod.Contracts.Batches;

namespace RunPod.Api;

/// <summary>How a host takes the HTTP surface in: services, then middleware, then routes.</summary>
public static class RunPodApiExtensions
{
    /// <summary>
    /// Adds what the routes need. The host brings <c>IGrainFactory</c>, <c>IEndpointCatalog</c>, <c>IRequestIndex</c>, <c>IIdempotencyKeys</c>, <c>ISecretProtector</c>,
    /// and health checks tagged <c>ready</c>. Options come from the sections <c>Requests</c>, <c>RequestLimits</c>, <c>RateLimits</c>, <c>Authentication</c>, <c>JobPolicy</c>, <c>Waiting</c>,
    /// <c>Streams</c>, <c>Batches</c>, <c>Cors</c> and <c>ApiDescription</c>.
    /// </summary>
    public static IServiceCollection AddRunPodApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddApiOptions();
        services.TryAddSingleton<ApiKeyCache>();
        services.TryAddSingleton<FailureThrottle>();
        services.TryAddSingleton<BytesInMemory>();
        services.AddMetrics();
        services.TryAddSingleton<RateLimitMetrics>();
        services.TryAddSingleton<JobIntake>();
        services.TryAddSingleton<JobSubmitter>();
        services.TryAddSingleton<FullQueues>();
        services.TryAddSingleton<JobWaiter>();
        services.TryAddSingleton<JobStreamReader>();
        services.TryAddSingleton<BatchIntake>();
        services.TryAddSingleton<BatchSubmitter>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyDefaults.Scheme, configureOptions: null);
        services.AddAuthorization();
        // The base class tells of every wrong key, twice, and anybody may send them.
        services.AddLogging(log => log.AddFilter(typeof(ApiKeyAuthenticationHandler).FullName, LogLevel.Warning));
        services.AddHealthChecks();
        services.AddCrossOrigin();
        services.AddApiDescription();
        return services;
    }

    /// <summary>
    /// Adds the middleware: what lets pages of other origins in, the error body of whatever fails further in, the headers of proxies that <see cref="ForwardedHeadersOptions"/> believe, then authentication
    /// and authorization.
    /// </summary>
    public static IApplicationBuilder UseRunPodApi(this IApplicationBuilder app) =>
        app.UseCrossOrigin().UseMiddleware<ApiErrorMiddleware>().UseMiddleware<HostMiddleware>().UseForwardedHeaders().UseAuthentication().UseAuthorization();

    /// <summary>Maps the queue API under <c>/v2</c> and <c>/v1</c>, the caller's webhook secret under <c>/webhooks</c>, the API's description, and the probes under <c>/healthz</c>.</summary>
    public static IEndpointRouteBuilder MapRunPodApi(this IEndpointRouteBuilder routes)
    {
        routes.MapEndpointRoutes("v2");
        // The same routes once more, so they are described once.
        routes.MapEndpointRoutes("v1").ExcludeFromDescription();
        routes.MapWebhookSecrets();
        routes.MapApiDescription();
        return routes.MapRunPodProbes();
    }

    /// <summary>Maps the probes under <c>/healthz</c> alone, for a host that serves no API.</summary>
    public static IEndpointRouteBuilder MapRunPodProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapProbes();
        return routes;
    }

    private static void AddApiOptions(this IServiceCollection services)
    {
        services.AddOptions<RequestLimitsOptions>()
            .BindConfiguration(RequestLimitsOptions.Section)
            .Validate(o => o.Run is > 0 and <= RequestLimitsOptions.Largest, $"RequestLimits:Run must be from 1 to {RequestLimitsOptions.Largest} bytes.")
            .Validate(o => o.RunSync is > 0 and <= RequestLimitsOptions.Largest, $"RequestLimits:RunSync must be from 1 to {RequestLimitsOptions.Largest} bytes.")
            .Validate(o => o.Batch is > 0 and <= RequestLimitsOptions.Largest, $"RequestLimits:Batch must be from 1 to {RequestLimitsOptions.Largest} bytes.")
            .Validate(o => o.BytesInMemoryPerUser >= Math.Max(o.Run, Math.Max(o.RunSync, o.Batch)), "RequestLimits:BytesInMemoryPerUser must be at least the largest body.")
            .Validate(o => o.BytesInMemory >= o.BytesInMemoryPerUser, "RequestLimits:BytesInMemory must be at least RequestLimits:BytesInMemoryPerUser.")
            .Validate(o => o.MinBytesPerSecond is >= 1 and <= 1_000_000, "RequestLimits:MinBytesPerSecond must be from 1 to 1000000.")
            .Validate(o => o.ConnectionBuffer is >= 64 * 1024 and <= 16 * 1024 * 1024, "RequestLimits:ConnectionBuffer must be from 64 KiB to 16 MiB.")
            .ValidateOnStart();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<RequestLimitsOptions>>(static (kestrel, limits) =>
        {
            kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate = new MinDataRate(limits.Value.MinBytesPerSecond, TimeSpan.FromSeconds(5));
            kestrel.Limits.MaxRequestBufferSize = limits.Value.ConnectionBuffer;
        });
        services.AddOptions<AuthenticationLimitOptions>()
            .BindConfiguration(AuthenticationLimitOptions.Section)
            .Validate(o => o.FailuresPerAddress >= 1, "Authentication:FailuresPerAddress must be at least 1.")
            .Validate(o => o.FailureWindow >= TimeSpan.FromSeconds(1) && o.FailureWindow <= TimeSpan.FromDays(1), "Authentication:FailureWindow must be from 1 second to 1 day.")
            .Validate(o => o.Addresses is >= 3 and <= 10_000_000, "Authentication:Addresses must be from 3 to 10000000.")
            .Validate(o => o.CachedKeys is >= 3 and <= 10_000_000, "Authentication:CachedKeys must be from 3 to 10000000.")
            .ValidateOnStart();
        services.AddOptions<RequestOptions>()
            .BindConfiguration(RequestOptions.Section)
            .Validate(o => o.Deadline >= TimeSpan.FromMilliseconds(100) && o.Deadline <= TimeSpan.FromSeconds(30),
                "Requests:Deadline must be from 100 milliseconds to 30 seconds, after which a call ends by itself.")
            .Validate(o => o.FullQueueHold >= TimeSpan.Zero && o.FullQueueHold <= TimeSpan.FromSeconds(5), "Requests:FullQueueHold must be from 0 to 5 seconds.")
            .ValidateOnStart();
        services.AddOptions<BatchOptions>().BindConfiguration(BatchOptions.Section);
        services.AddOptions<RateLimitScopeOptions>()
            .BindConfiguration(RateLimitScopeOptions.Section)
            .Validate(o => Enum.IsDefined(o.Scope), "RateLimits:Scope must be User or UserEndpoint.")
            .ValidateOnStart();
        services.AddOptions<JobPolicyOptions>()
            .BindConfiguration(JobPolicyOptions.Section)
            .Validate(o => JobPolicyBounds.ExecutionTimeout.Contains(o.ExecutionTimeout), "JobPolicy:ExecutionTimeout must be from 5 seconds to 7 days.")
            .Validate(o => JobPolicyBounds.TimeToLive.Contains(o.TimeToLive), "JobPolicy:TimeToLive must be from 10 seconds to 7 days.")
            .ValidateOnStart();
        services.AddOptions<WaitingOptions>()
            .BindConfiguration(WaitingOptions.Section)
            .Validate(o => o.Slice >= TimeSpan.FromSeconds(1) && o.Slice <= TimeSpan.FromSeconds(10),
                "Waiting:Slice must be from 1 to 10 seconds: a grain call ends by itself after 30.")
            .ValidateOnStart();
        services.AddOptions<EventStreamOptions>()
            .BindConfiguration(EventStreamOptions.Section)
            .Validate(o => o.KeepAlive >= TimeSpan.FromMilliseconds(100) && o.KeepAlive <= TimeSpan.FromMinutes(1),
                "Streams:KeepAlive must be from 100 milliseconds to 1 minute: proxies close connections that are silent for longer.")
            .ValidateOnStart();
    }
}
