using System.Globalization;
using System.Text.Json;
using RunPod.Fuzz.Mutations;

namespace RunPod.Fuzz.Requests;

/// <summary>Makes values out of the schemas of the API's description.</summary>
/// <param name="description">The whole of it, for its references.</param>
/// <param name="random">What decides.</param>
/// <param name="oddness">How likely a value is one that no client means.</param>
internal sealed class SchemaSampler(JsonElement description, Random random, double oddness)
{
    private const int Deepest = 6;

    private static readonly string[] Any =
    [
        """{"prompt":"a red circle on a blue background","seed":4}""",
        "{}",
        """{"a":[1,2.5,-3e2,null,true,"\u00e9"]}""", "\"text\"", "17", "[]", "null", """{"fail":true}""",
    ];

    /// <summary>A value as JSON.</summary>
    public string Json(JsonElement schema, int depth = 0)
    {
        schema = Resolve(schema);
        if (random.NextDouble() < oddness)
        {
            return OddJson.Value(random);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return values[random.Next(values.GetArrayLength())].GetRawText();
        }

        return TypeOf(schema) switch
        {
            _ when depth > Deepest => "1",
            "object" => Object(schema, depth),
            "array" when schema.TryGetProperty("items", out var items) =>
                $"[{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Json(items, depth + 1)))}]",
            "integer" or "number" => Number(schema),
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            "string" => $"\"{Text(schema)}\"",
            _ => Any[random.Next(Any.Length)],
        };
    }

    /// <summary>A value as it stands in a query or a header.</summary>
    public string Plain(JsonElement schema)
    {
        schema = Resolve(schema);
        return schema.TryGetProperty("enum", out var values) ? values[random.Next(values.GetArrayLength())].ToString()
            : TypeOf(schema) is "integer" or "number" ? Number(schema)
            : Text(schema);
    }

    private string Object(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return Any[0];
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        var members = from property in properties.EnumerateObject()
                      where required.Contains(property.Name) || random.NextDouble() < (oddness > 0 ? 0.4 : 0.1)
                      select $"\"{property.Name}\":{Json(property.Value, depth + 1)}";
        return $"{{{string.Join(',', members)}}}";
    }

    // Near the least, so that no valid request waits for minutes.
    private string Number(JsonElement schema)
    {
        var least = schema.TryGetProperty("minimum", out var minimum) ? minimum.GetInt64() : 0;
        return (least + random.Next(1500)).ToString(CultureInfo.InvariantCulture);
    }

    private string Text(JsonElement schema) => schema.TryGetProperty("format", out var format) && format.GetString() == "uri"
        ? "http://127.0.0.1:9/hook"
        : string.Create(CultureInfo.InvariantCulture, $"text-{random.Next(1000)}");

    private static string? TypeOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? null
        : type.ValueKind == JsonValueKind.Array ? type[0].GetString() : type.GetString();

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(description, (node, name) => node.GetProperty(name));
        }

        return schema;
    }
}
