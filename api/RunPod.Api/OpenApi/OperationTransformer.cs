using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Limits;

namespace RunPod.Api.OpenApi;

/// <summary>Writes an operation out of its <see cref="OperationDoc"/>: the handlers read and write bytes, so their types say little.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var doc = metadata.OfType<OperationDoc>().Last();
        var isSecondMethod = metadata.OfType<IHttpMethodMetadata>().Last().HttpMethods is [var first, ..] && first != context.Description.HttpMethod;
        operation.OperationId = isSecondMethod ? $"{doc.Id}By{Pascal(context.Description.HttpMethod!)}" : doc.Id;
        operation.Summary = isSecondMethod ? $"{doc.Summary}, by {context.Description.HttpMethod}" : doc.Summary;
        operation.Description = doc.Description;
        operation.Parameters = [.. Parameters(operation, doc)];
        if (doc.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody { Required = !body.IsOptional, Description = body.Description, Content = await ContentAsync([body], context, cancellationToken) };
        }

        var limited = metadata.OfType<LimitedOperation>().LastOrDefault();
        var isOfEndpoint = operation.Parameters.Any(parameter => parameter.Name == EndpointRoutes.EndpointId);
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = doc.Answers[0].Description,
                Headers = DocumentTransformer.AnswerHeaders(context.Document!, limited is not null, doc.HasTag),
                Content = await ContentAsync(doc.Answers, context, cancellationToken),
            },
        };
        if (doc.HasTag)
        {
            operation.Responses["304"] = new OpenApiResponse { Description = "The answer is the one that `If-None-Match` names." };
        }

        foreach (var errors in CommonErrors.Of(isOfEndpoint, limited).Concat(doc.Errors).GroupBy(error => error.StatusCode).OrderBy(group => group.Key))
        {
            operation.Responses[errors.Key.ToString(CultureInfo.InvariantCulture)] = await ErrorsAsync([.. errors], context, cancellationToken);
        }
    }

    private static IEnumerable<IOpenApiParameter> Parameters(OpenApiOperation operation, OperationDoc doc)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
        {
            PathParameters.Describe(parameter);
            yield return parameter;
        }

        foreach (var query in doc.Query)
        {
            yield return new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Description = query.Description, Schema = query.Schema };
        }

        HeaderDoc[] tags = doc.HasTag ? [new("If-None-Match", "The `ETag` of an earlier answer.")] : [];
        foreach (var header in doc.Headers.Concat(tags))
        {
            var text = new OpenApiSchema { Type = JsonSchemaType.String };
            yield return new OpenApiParameter { Name = header.Name, In = ParameterLocation.Header, Description = header.Description, Schema = text };
        }
    }

    private static async Task<IDictionary<string, OpenApiMediaType>> ContentAsync(
        IReadOnlyList<ContentDoc> docs, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var content = new Dictionary<string, OpenApiMediaType>();
        foreach (var doc in docs)
        {
            content[doc.MediaType] = new OpenApiMediaType
            {
                Schema = await SchemaAsync(doc.Schema, context, cancellationToken),
                Examples = doc.Examples.Count == 0 ? null : doc.Examples.ToDictionary(example => example.Name, IOpenApiExample (example) => Example(example.Summary, Value(doc, example))),
            };
        }

        return content;
    }

    private static async Task<IOpenApiResponse> ErrorsAsync(ApiError[] errors, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var json = new OpenApiMediaType
        {
            Schema = await SchemaAsync(typeof(ErrorBody), context, cancellationToken),
            Examples = errors.DistinctBy(error => error.Value.Code).ToDictionary(
                error => error.Value.Code,
                IOpenApiExample (error) => Example(error.Value.Code, JsonSerializer.SerializeToNode(error.Value, ApiJson.Answers.ErrorBody)!)),
        };
        return new OpenApiResponse
        {
            Description = string.Join(", ", errors.Select(error => $"`{error.Value.Code}`").Distinct()),
            Headers = errors.Any(error => error.RetryAfterSeconds is not null) ? DocumentTransformer.RetryHeaders(document) : null,
            Content = new Dictionary<string, OpenApiMediaType> { [ContentDoc.Json] = json },
        };
    }

    private static JsonNode Value(ContentDoc content, ExampleDoc example) =>
        content.MediaType == ContentDoc.Json ? JsonNode.Parse(example.Text)! : JsonValue.Create(example.Text);

    private static OpenApiExample Example(string summary, JsonNode value) => new() { Summary = summary, Value = value };

    private static async Task<IOpenApiSchema> SchemaAsync(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var schema = await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken);
        if (SchemaNames.Of(type) is not { } id)
        {
            return schema;
        }

        document.AddComponent(id, schema);
        return new OpenApiSchemaReference(id, document);
    }

    private static string Pascal(string method) => $"{method[0]}{method[1..].ToLowerInvariant()}";
}
