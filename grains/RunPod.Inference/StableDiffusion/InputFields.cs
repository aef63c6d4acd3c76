using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace RunPod.Inference.StableDiffusion;

/// <summary>
/// A request's fields, checked as RunPod's <c>rp_validator</c> checks them: faults are collected, in its words and with Python's names for the types.
/// An input of megabytes can have millions of them, so what is kept has a limit.
/// </summary>
internal sealed class InputFields
{
    /// <summary>Faults that the message names.</summary>
    public const int MaxFaults = 20;

    private const int MaxNameBytes = 256;
    private const int MaxMessageBytes = 2000;

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private bool _hasMore;

    /// <exception cref="ModelInputException">The input is not a JSON object.</exception>
    public InputFields(JsonElement input, IReadOnlySet<string> known)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            throw new ModelInputException($"input should be <class 'dict'> type, not {PythonType(input)}.");
        }

        foreach (var property in input.EnumerateObject())
        {
            var name = NameOf(property);
            if (known.Contains(name))
            {
                _values[name] = property.Value;
            }
            else if (_faults.Count == MaxFaults)
            {
                _hasMore = true;
            }
            else
            {
                Fault($"Unexpected input. {ErrorText.Bound(name, MaxNameBytes)} is not a valid input option.");
            }
        }
    }

    public bool Has(string name) => _values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Require(string name)
    {
        if (!_values.TryGetValue(name, out var value))
        {
            Fault($"{name} is a required input.");
        }
        else if (value.ValueKind == JsonValueKind.Null)
        {
            WrongType(name, "str", value);
        }
    }

    public void Fault(string sentence)
    {
        if (_faults.Contains(sentence))
        {
            return;
        }

        if (_faults.Count < MaxFaults)
        {
            _faults.Add(sentence);
        }
        else
        {
            _hasMore = true;
        }
    }

    public void CheckConstraint(string name, bool holds)
    {
        if (!holds)
        {
            Fault($"{name} does not meet the constraints.");
        }
    }

    /// <summary>A string; null where it is absent or null, or wrong and noted.</summary>
    public string? Text(string name)
    {
        if (!Find(name, "str", static value => value.ValueKind == JsonValueKind.String, out var found))
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

    public Int128? Integer(string name)
    {
        if (!Find(name, "int", static value => value.ValueKind == JsonValueKind.Number && IsInteger(value), out var found))
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
        Find(name, "float", static value => value.ValueKind == JsonValueKind.Number, out var found) ? found.GetDouble() : null;

    public bool? Boolean(string name) =>
        Find(name, "bool", static value => value.ValueKind is JsonValueKind.True or JsonValueKind.False, out var found) ? found.GetBoolean() : null;

    /// <exception cref="ModelInputException">Faults were noted; the message has the first of them.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new ModelInputException(ErrorText.Bound(string.Join(' ', _faults), MaxMessageBytes) + (_hasMore ? " There are more faults." : ""));
        }
    }

    private void WrongType(string name, string type, JsonElement value) => Fault($"{name} should be <class '{type}'> type, not {PythonType(value)}.");

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON but not text: the name as it was written.
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(property));
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

    private bool Find(string name, string type, Func<JsonElement, bool> fits, out JsonElement found)
    {
        // Clients send null for what they do not set.
        if (!_values.TryGetValue(name, out found) || found.ValueKind == JsonValueKind.Null)
        {
            return false;
        }

        if (fits(found))
        {
            return true;
        }

        WrongType(name, type, found);
        return false;
    }
}
