using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RunPod.Api.Limits;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Endpoints;

/// <summary>HEAD, which is GET whose body the server leaves away.</summary>
internal static class HeadRoutes
{
    /// <summary>Serves HEAD where GET is served; but not on a stream, whose chunks are gone once they were read.</summary>
    public static TBuilder WithHead<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Finally(static endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: var methods } && methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head)
                    && !endpoint.Metadata.OfType<LimitedOperation>().Any(limit => limit.Name == Operation.Stream))
                {
                    endpoint.Metadata[i] = new HttpMethodMetadata([.. methods, HttpMethods.Head]);
                }
            }
        });
        return routes;
    }
}
