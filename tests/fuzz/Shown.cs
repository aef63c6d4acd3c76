using System.Globalization;
using System.Text;
using RunPod.Fuzz.Http;

namespace RunPod.Fuzz;

/// <summary>Bytes as a person can read and copy them.</summary>
internal static class Shown
{
    private const int Longest = 8192;

    public static string Bytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var one in bytes[..Math.Min(bytes.Length, Longest)])
        {
            _ = one switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n\n"),
                >= 0x20 and < 0x7f => text.Append((char)one),
                _ => text.Append("\\x").Append(one.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }

        return bytes.Length <= Longest ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"… {bytes.Length} bytes").ToString();
    }

    public static string Answer(Answer answer) =>
        $"--> {answer.Status}\n{string.Concat(answer.Headers.Select(header => $"{header.Key}: {header.Value}\n"))}\n{Bytes(answer.Body.Span)}";
}
