using Microsoft.OpenApi;

namespace RunPod.Api.OpenApi;

/// <summary>A value in the query.</summary>
internal sealed record QueryDoc(string Name, string Description, OpenApiSchema Schema)
{
    public static QueryDoc Milliseconds(string name, string description, DurationBounds bounds, TimeSpan? byDefault = null) => new(name, description, new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Minimum = Text(bounds.MinMilliseconds),
        Maximum = Text(bounds.MaxMilliseconds),
        Default = byDefault is { } time ? (long)time.TotalMilliseconds : null,
    });

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
