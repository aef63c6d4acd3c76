using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Api.Batches;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Api.Requests;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Endpoints;

/// <summary>The paths below an endpoint. A request passes authentication, the endpoint, the limits, and only then is its body read.</summary>
internal static class EndpointRoutes
{
    public const string EndpointId = "endpointId";

    // The Go client sends POST where the others send GET.
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];

    public static void MapEndpointRoutes(this IEndpointRouteBuilder routes, string version)
    {
        var group = routes.MapGroup($"/{version}/{{{EndpointId}}}")
            .WithTags("Jobs")
            .RequireAuthorization(ApiKeyDefaults.Policy)
            .AddEndpointFilter<RouteGroupBuilder, EndpointExistsFilter>();
        group.MapPost("/run", SubmitHandlers.RunAsync).Limit(Operation.Run);
        group.MapPost("/runsync", SubmitHandlers.RunSyncAsync).Limit(Operation.RunSync);
        group.MapMethods("/status/{jobId}", GetOrPost, StatusHandlers.GetStatusAsync).Limit(Operation.Status);
        group.MapMethods("/status-sync/{jobId}", GetOrPost, StatusHandlers.WaitForStatusAsync).Limit(Operation.StatusSync);
        group.MapMethods("/stream/{jobId}", GetOrPost, StreamHandlers.StreamAsync).Limit(Operation.Stream);
        group.MapPost("/cancel/{jobId}", CancelHandlers.CancelAsync).Limit(Operation.Cancel);
        group.MapPost("/retry/{jobId}", RetryHandlers.RetryAsync).Limit(Operation.Retry);
        group.MapPost("/purge-queue", RequestsHandlers.PurgeAsync).Limit(Operation.PurgeQueue);
        group.MapGet("/requests", RequestsHandlers.ListAsync).Limit(Operation.Requests);
        group.MapGet("/health", HealthHandlers.GetHealthAsync).Limit(Operation.Health);
        group.MapBatchRoutes();
    }

    /// <summary>Puts the route under the caller's limit of an operation.</summary>
    public static void Limit(this RouteHandlerBuilder route, string operation) => route.AddEndpointFilterFactory((context, next) =>
    {
        var filter = ActivatorUtilities.CreateInstance<RateLimitFilter>(context.ApplicationServices, operation);
        return invocation => filter.InvokeAsync(invocation, next);
    });
}
