using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Api.Batches;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Api.OpenApi;
using RunPod.Api.OpenApi.Operations;
using RunPod.Api.Requests;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Endpoints;

/// <summary>The paths below an endpoint. A request passes authentication, the endpoint, the limits, and only then is its body read.</summary>
internal static class EndpointRoutes
{
    public const string EndpointId = "endpointId";

    // The Go client sends POST where the others send GET.
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];

    public static RouteGroupBuilder MapEndpointRoutes(this IEndpointRouteBuilder routes, string version)
    {
        var all = routes.MapGroup($"/{version}").RequireAuthorization(ApiKeyDefaults.Policy).WithHead();
        all.MapGet("/status", () => TypedResults.Json(new ServiceStatusBody("ok"), ApiJson.Answers.ServiceStatusBody)).WithTags("Keys").Describe(ServiceOperations.Status);
        var group = all.MapGroup($"/{{{EndpointId}}}")
            .WithTags("Jobs")
            .AddEndpointFilter<RouteGroupBuilder, EndpointExistsFilter>();
        group.MapPost("/run", SubmitHandlers.RunAsync).Limit(Operation.Run).Describe(JobOperations.Run);
        group.MapPost("/runsync", SubmitHandlers.RunSyncAsync).Limit(Operation.RunSync).Describe(JobOperations.RunSync);
        group.MapMethods("/status/{jobId}", GetOrPost, StatusHandlers.GetStatusAsync).Limit(Operation.Status).Describe(JobOperations.Status);
        group.MapMethods("/status-sync/{jobId}", GetOrPost, StatusHandlers.WaitForStatusAsync).Limit(Operation.StatusSync).Describe(JobOperations.StatusSync);
        group.MapMethods("/stream/{jobId}", GetOrPost, StreamHandlers.StreamAsync).Limit(Operation.Stream).Describe(StreamOperations.Stream);
        group.MapPost("/cancel/{jobId}", CancelHandlers.CancelAsync).Limit(Operation.Cancel).Describe(JobOperations.Cancel);
        group.MapPost("/retry/{jobId}", RetryHandlers.RetryAsync).Limit(Operation.Retry).Describe(JobOperations.Retry);
        group.MapPost("/purge-queue", RequestsHandlers.PurgeAsync).Limit(Operation.PurgeQueue).Describe(EndpointOperations.PurgeQueue);
        group.MapGet("/requests", RequestsHandlers.ListAsync).Limit(Operation.Requests).Describe(EndpointOperations.Requests);
        group.MapGet("/health", HealthHandlers.GetHealthAsync).Limit(Operation.Health).Describe(EndpointOperations.Health);
        group.MapBatchRoutes();
        return all;
    }

    /// <summary>Puts the route under the caller's limit of an operation.</summary>
    public static RouteHandlerBuilder Limit(this RouteHandlerBuilder route, string operation) => route.WithMetadata(new LimitedOperation(operation)).AddEndpointFilterFactory((context, next) =>
    {
        var filter = ActivatorUtilities.CreateInstance<RateLimitFilter>(context.ApplicationServices, operation);
        return invocation => filter.InvokeAsync(invocation, next);
    });
}
