using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace RunPod.Api.OpenApi;

/// <summary>Takes back what the generator says of every type, but what does not hold for what we send and read.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    private const JsonSchemaType Number = JsonSchemaType.Integer | JsonSchemaType.Number;

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Enum is { Count: > 0 })
        {
            schema.Type = JsonSchemaType.String;
        }

        if (schema.Type is { } type && type != JsonSchemaType.Null)
        {
            // What may be absent is never null in what we send.
            schema.Type = type & ~JsonSchemaType.Null;
        }

        if ((schema.Type & Number) is > 0 and { } number)
        {
            // A number in quotes is not a number.
            schema.Type = number;
            schema.Pattern = null;
        }

        return Task.CompletedTask;
    }
}
