using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Contracts.Endpoints;

namespace RunPod.Api.Endpoints;

/// <summary>Answers 404 for an endpoint that nobody serves, before a limit or a queue of that name comes into being.</summary>
internal sealed class EndpointExistsFilter(IEndpointCatalog catalog) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var endpointId = (string)http.GetRouteValue(EndpointRoutes.EndpointId)!;
        var served = await catalog.ListAsync(http.RequestAborted).AsTask().InTimeAsync(http);
        return served.Contains(endpointId) ? await next(context) : ApiErrors.EndpointNotFound(endpointId, served);
    }
}
