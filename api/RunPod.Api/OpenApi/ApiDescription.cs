using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using RunPod.Api.Endpoints;
using Scalar.AspNetCore;

namespace RunPod.Api.OpenApi;

/// <summary>The API's description for programs and for people, both without a key.</summary>
internal static class ApiDescription
{
    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.AddOptions<ApiDescriptionOptions>().BindConfiguration(ApiDescriptionOptions.Section);
        services.AddSingleton<DescriptionDocument>();
        return services.AddOpenApi(DescriptionDocument.Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = route => route.HttpMethod != HttpMethods.Head && route.ActionDescriptor.EndpointMetadata.OfType<OperationDoc>().Any();
            options.CreateSchemaReferenceId = type => SchemaNames.Of(type.Type);
            options.AddDocumentTransformer<DocumentTransformer>();
            options.AddOperationTransformer<OperationTransformer>();
            options.AddSchemaTransformer<SchemaTransformer>();
        });
    }

    public static void MapApiDescription(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IOptions<ApiDescriptionOptions>>().Value.Enabled)
        {
            return;
        }

        routes.MapGet($"/openapi/{DescriptionDocument.Name}.json", (DescriptionDocument document) => document.GetAsync()).AllowAnonymous().WithHead();
        routes.MapScalarApiReference("/docs", scalar =>
        {
            scalar.Title = "RunPod.Orleans";
            // The page comes from this process, and neither it nor a button on it takes anything elsewhere.
            scalar.DefaultFonts = false;
            scalar.Telemetry = false;
            scalar.Agent = new ScalarAgentOptions { Disabled = true };
            scalar.Mcp = new ScalarMcpOptions { Disabled = true };
            scalar.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            scalar.HideClientButton = true;
        }).AllowAnonymous().WithHead();
    }

    /// <summary>Takes the route into the description.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, OperationDoc doc) => route.WithMetadata(doc);
}
