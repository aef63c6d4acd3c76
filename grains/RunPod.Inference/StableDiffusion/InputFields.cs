using System.Globalization;
using System.Text.Json;

namespace RunPod.Inference.StableDiffusion;

/// <summary>
/// A request's fields, checked as RunPod's <c>rp_validator</c> checks them: every fault is collected, in its words and with Python's names for the types.
/// </summary>
internal sealed class InputFields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    /// <exception cref="ModelInputException">The input is not a JSON object.</exception>
    public InputFields(JsonElement input, IReadOnlySet<string> known)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            throw new ModelInputException($"input should be <class 'dict'> type, not {PythonType(input)}.");
        }

        foreach (var property in input.EnumerateObject())
        {
            if (!known.Contains(property.Name) && !_values.ContainsKey(property.Name))
            {
                _errors.Add($"Unexpected input. {property.Name} is not a valid input option.");
            }

            _values[property.Name] = property.Value;
        }
    }

    public bool Has(string name) => _values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Require(string name)
    {
        if (!_values.ContainsKey(name))
        {
            _errors.Add($"{name} is a required input.");
        }
    }

    public void Fault(string sentence) => _errors.Add(sentence);

    public void CheckConstraint(string name, bool holds)
    {
        if (!holds)
        {
            _errors.Add($"{name} does not meet the constraints.");
        }
    }

    /// <summary>A string; null where it is absent, or wrong and noted.</summary>
    public string? Text(string name, bool nullable = false)
    {
        if (!Find(name, nullable, "str", static value => value.ValueKind == JsonValueKind.String, out var found))
        {
            return null;
        }

        try
        {
            return found.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON but not text.
            CheckConstraint(name, false);
            return null;
        }
    }

    public Int128? Integer(string name, bool nullable = false)
    {
        if (!Find(name, nullable, "int", static value => value.ValueKind == JsonValueKind.Number && IsInteger(value), out var found))
        {
            return null;
        }

        if (Int128.TryParse(found.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return integer;
        }

        CheckConstraint(name, false);
        return null;
    }

    public double? Number(string name) =>
        Find(name, nullable: false, "float", static value => value.ValueKind == JsonValueKind.Number, out var found) ? found.GetDouble() : null;

    public bool? Boolean(string name) =>
        Find(name, nullable: false, "bool", static value => value.ValueKind is JsonValueKind.True or JsonValueKind.False, out var found) ? found.GetBoolean() : null;

    /// <exception cref="ModelInputException">Faults were noted; the message has them all.</exception>
    public void ThrowIfFaulty()
    {
        if (_errors.Count > 0)
        {
            throw new ModelInputException(string.Join(' ', _errors));
        }
    }

    private static bool IsInteger(JsonElement number) => !number.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');

    private static string PythonType(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "<class 'str'>",
        JsonValueKind.Number => IsInteger(value) ? "<class 'int'>" : "<class 'float'>",
        JsonValueKind.True or JsonValueKind.False => "<class 'bool'>",
        JsonValueKind.Array => "<class 'list'>",
        JsonValueKind.Object => "<class 'dict'>",
        _ => "<class 'NoneType'>",
    };

    private bool Find(string name, bool nullable, string type, Func<JsonElement, bool> fits, out JsonElement found)
    {
        if (!_values.TryGetValue(name, out found) || (nullable && found.ValueKind == JsonValueKind.Null))
        {
            return false;
        }

        if (fits(found))
        {
            return true;
        }

        _errors.Add($"{name} should be <class '{type}'> type, not {PythonType(found)}.");
        return false;
    }
}
