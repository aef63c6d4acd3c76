using System.Text;

namespace RunPod.Inference.Json;

/// <summary>Python writes infinities and not-a-number bare into JSON (diffusers' <c>lambda_min_clipped</c> is one); JSON knows no such values.</summary>
internal static class PythonJson
{
    private static readonly string[] Bare = ["-Infinity", "Infinity", "NaN"];

    /// <summary>Puts the bare words into quotation marks; everything else stays as it is.</summary>
    public static string ToStrict(string json)
    {
        if (!Bare.Any(word => json.Contains(word, StringComparison.Ordinal)))
        {
            return json;
        }

        var builder = new StringBuilder(json.Length + 16);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            if (!inString && Bare.FirstOrDefault(word => json.AsSpan(i).StartsWith(word, StringComparison.Ordinal)) is { } bare)
            {
                builder.Append('"').Append(bare).Append('"');
                i += bare.Length - 1;
                continue;
            }

            builder.Append(json[i]);
            if (inString && json[i] == '\\' && i + 1 < json.Length)
            {
                builder.Append(json[++i]);
            }
            else if (json[i] == '"')
            {
                inString = !inString;
            }
        }

        return builder.ToString();
    }

    public static double? ToNumber(string word) => word switch
    {
        "-Infinity" => double.NegativeInfinity,
        "Infinity" => double.PositiveInfinity,
        "NaN" => double.NaN,
        _ => null,
    };
}
