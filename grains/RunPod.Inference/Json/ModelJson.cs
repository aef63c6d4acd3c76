using System.Globalization;
using System.Text.Json;

namespace RunPod.Inference.Json;

/// <summary>A JSON file of a model folder, read with errors that name the file and the key.</summary>
internal sealed class ModelJson
{
    private readonly Dictionary<string, JsonElement> _values;

    private ModelJson(string file, Dictionary<string, JsonElement> values)
    {
        File = file;
        _values = values;
    }

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    /// <summary>Gives the path back if the file is there.</summary>
    /// <exception cref="ModelLoadException">It is not there.</exception>
    public static string Require(string path, string advice) => System.IO.File.Exists(path)
        ? path
        : throw new ModelLoadException($"{path} is missing. {advice}");

    public static ModelJson Read(string path)
    {
        Require(path, "Export the model again with 'optimum-cli export onnx --task text-to-image'.");
        try
        {
            return Parse(System.IO.File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public static ModelJson? ReadOptional(string path) => System.IO.File.Exists(path) ? Read(path) : null;

    public static ModelJson Parse(string json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(PythonJson.ToStrict(json));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ModelLoadException($"{file} is not a JSON object. Export the model again.");
            }

            var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                values[property.Name] = property.Value.Clone();
            }

            return new ModelJson(file, values);
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"{file} is not valid JSON: {e.Message} Export the model again.", e);
        }
    }

    public string? Text(string name) => Find(name, JsonValueKind.String) is { } value ? value.GetString() : null;

    public bool? Boolean(string name)
    {
        var value = Find(name, JsonValueKind.True, JsonValueKind.False);
        return value?.GetBoolean();
    }

    public int? Int32(string name) => Number(name) is not { } value ? null
        : value == Math.Truncate(value) && Math.Abs(value) <= int.MaxValue ? (int)value
        // Transformers writes 1e30 for "no limit".
        : value > int.MaxValue ? int.MaxValue
        : throw Wrong(name, "a whole number");

    public double? Number(string name)
    {
        var value = Find(name, JsonValueKind.Number, JsonValueKind.String);
        return value is null ? null
            : value.Value.ValueKind == JsonValueKind.Number ? value.Value.GetDouble()
            : PythonJson.ToNumber(value.Value.GetString()!) ?? throw Wrong(name, "a number");
    }

    /// <summary>A list of numbers, or a single one as a list of one.</summary>
    public double[]? Numbers(string name)
    {
        var value = Find(name, JsonValueKind.Array, JsonValueKind.Number);
        if (value is not { ValueKind: JsonValueKind.Array } list)
        {
            return value is { } single ? [single.GetDouble()] : null;
        }

        return [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number ? item.GetDouble() : throw Wrong(name, "a list of numbers"))];
    }

    public int? CountOf(string name) => Find(name, JsonValueKind.Array)?.GetArrayLength();

    /// <summary>A special token, which is written as a string or as an object with <c>content</c>.</summary>
    public string? Token(string name)
    {
        var value = Find(name, JsonValueKind.String, JsonValueKind.Object);
        if (value is { ValueKind: JsonValueKind.Object } token)
        {
            return token.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString() : throw Wrong(name, "a token");
        }

        return value?.GetString();
    }

    /// <summary>One of the names, as its value.</summary>
    public T? Choice<T>(string name, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }

            names.Add(choice.Name);
        }

        throw new ModelLoadException(string.Create(CultureInfo.InvariantCulture, $"{File}: {name} is '{text}', which is not supported. Use one of {string.Join(", ", names)}."));
    }

    private JsonElement? Find(string name, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (!_values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return kinds.Contains(value.ValueKind) ? value : throw Wrong(name, $"a {kinds[0]}".ToLowerInvariant());
    }

    private ModelLoadException Wrong(string name, string expected) => new($"{File}: {name} should be {expected}. Export the model again.");
}
