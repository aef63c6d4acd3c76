using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using RunPod.Api.Requests;

namespace RunPod.Api.OpenApi;

/// <summary>A value in the query.</summary>
internal sealed record QueryDoc(string Name, string Description, OpenApiSchema Schema)
{
    /// <summary>A part of a list.</summary>
    public static IReadOnlyList<QueryDoc> Page { get; } =
    [
        Number("offset", "How many to leave out.", 0, null, 0),
        Number("limit", "How many to answer at most.", 1, PageQuery.MaxLimit, PageQuery.DefaultLimit),
    ];

    public static QueryDoc Milliseconds(string name, string description, DurationBounds bounds, TimeSpan? byDefault = null) =>
        Number(name, description, bounds.MinMilliseconds, bounds.MaxMilliseconds, (long?)byDefault?.TotalMilliseconds);

    public static QueryDoc Number(string name, string description, long min, long? max, long? byDefault) => new(name, description, new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Format = "int64",
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
        Default = byDefault is { } number ? JsonValue.Create(number) : null,
    });

    public static QueryDoc OneOf(string name, string description, IEnumerable<string> values) => new(name, description, new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Enum = [.. values.Select(value => JsonValue.Create(value))],
    });
}
