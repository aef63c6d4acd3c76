using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using RunPod.Api.Limits;

namespace RunPod.Api.OpenApi;

/// <summary>What belongs to no single operation: the title, the key, the headers that many answers carry.</summary>
internal sealed class DocumentTransformer : IOpenApiDocumentTransformer
{
    private const string Scheme = "apiKey";
    private const string ETag = "ETag";
    private const string RetryAfter = "Retry-After";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "RunPod.Orleans",
            Version = "v2",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Description = """
                RunPod's serverless API on your own machines. Send a job with `/run` and ask `/status`, or wait for it with `/runsync`.
                Every path under `/v2` answers under `/v1` too. An error is always `{"error": "<what to do>", "code": "<stable name>"}`.
                """,
        };

        // Relative to where the document came from, so that it is the same on every machine and right behind a proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Jobs", Description = "Jobs of an endpoint, from submission to 30 minutes after their end." },
            new() { Name = "Batches", Description = "Many jobs as one, which run when nothing else waits." },
            new() { Name = "Webhooks", Description = "What signs the calls that tell of a job's end." },
        };
        var components = document.Components ??= new OpenApiComponents();
        components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key: `Authorization: Bearer rpa_…`. The word Bearer may be left out.",
            },
        };
        components.Headers = new Dictionary<string, IOpenApiHeader>
        {
            [RateLimitHeaders.Limit] = Header("What is left of the limit: `r` requests, all of them again in `t` seconds.", JsonSchemaType.String, "\"run\";r=999;t=10"),
            [RateLimitHeaders.Policy] = Header("The limit: `q` requests in `w` seconds.", JsonSchemaType.String, "\"run\";q=1000;w=10"),
            [ETag] = Header("Changes with the body. Send it as `If-None-Match`.", JsonSchemaType.String, "\"c3ab8ff13720e8ad9047dd39466b3c89\""),
            [RetryAfter] = Header("Seconds after which to send the request again.", JsonSchemaType.Integer, 5),
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>The headers of a success.</summary>
    public static Dictionary<string, IOpenApiHeader> AnswerHeaders(OpenApiDocument document, bool isLimited, bool hasTag) =>
        References(document, [.. isLimited ? [RateLimitHeaders.Limit, RateLimitHeaders.Policy] : Array.Empty<string>(), .. hasTag ? [ETag] : Array.Empty<string>()]);

    public static Dictionary<string, IOpenApiHeader> RetryHeaders(OpenApiDocument document) => References(document, RetryAfter);

    private static Dictionary<string, IOpenApiHeader> References(OpenApiDocument document, params string[] names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document));

    private static OpenApiHeader Header(string description, JsonSchemaType type, System.Text.Json.Nodes.JsonNode example) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = type }, Example = example };
}
