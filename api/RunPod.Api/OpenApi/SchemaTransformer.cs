using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace RunPod.Api.OpenApi;

/// <summary>Takes back what the generator concludes from our types and does not hold: what is null there is absent in what we send.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    private const JsonSchemaType Number = JsonSchemaType.Integer | JsonSchemaType.Number;

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Enum is { Count: > 0 })
        {
            schema.Type = JsonSchemaType.String;
        }

        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
        {
            schema.Required?.Remove(property.Name);
        }

        if (schema.Type is { } type && type != JsonSchemaType.Null)
        {
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
