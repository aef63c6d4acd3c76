using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RunPod.Api.Endpoints;

/// <summary>What an orchestrator asks: does the process answer, and may it get traffic.</summary>
internal static class ProbeRoutes
{
    private const string ReadyTag = "ready";

    public static void MapProbes(this IEndpointRouteBuilder routes)
    {
        // Live runs no check at all: a restart does not bring back a store that is down.
        var group = routes.MapGroup("/healthz").AllowAnonymous().WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        group.MapHealthChecks("/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        group.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => ToWire(entry.Value.Status), StringComparer.Ordinal);
        var body = JsonSerializer.SerializeToUtf8Bytes(new ProbeBody(ToWire(report.Status), checks), ApiJson.Answers.ProbeBody);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    private static string ToWire(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
