using System.Globalization;
using System.Text;

namespace RunPod.Fuzz.Requests;

/// <summary>A request in the making. Its texts are bytes: each character is one, below 256.</summary>
internal sealed class Draft
{
    public required string Route { get; init; }

    public required string Method { get; set; }

    public required string Path { get; set; }

    public List<(string Name, string Value)> Query { get; init; } = [];

    public string Version { get; set; } = "HTTP/1.1";

    public List<(string Name, string Value)> Headers { get; init; } = [];

    public string? Body { get; set; }

    /// <summary>The header lines that say where the body ends, if not its length.</summary>
    public string? Framing { get; set; }

    /// <summary>What is sent as the body, if not the body itself.</summary>
    public string? Payload { get; set; }

    /// <summary>Pauses, as parts of the whole from 0 to 1.</summary>
    public List<(double At, TimeSpan Time)> Pauses { get; } = [];

    /// <summary>See <see cref="FuzzRequest.Patience"/>.</summary>
    public TimeSpan? Patience { get; set; }

    /// <summary>The last change, of the bytes themselves.</summary>
    public Func<byte[], byte[]>? Garble { get; set; }

    public List<string> Mutations { get; } = [];

    public void SetHeader(string name, string value)
    {
        RemoveHeader(name);
        Headers.Add((name, value));
    }

    public void RemoveHeader(string name) => Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public FuzzRequest ToRequest(long number)
    {
        var bytes = Encoding.Latin1.GetBytes(Text());
        bytes = Garble?.Invoke(bytes) ?? bytes;
        return new FuzzRequest
        {
            Number = number,
            Route = Route,
            Mutations = string.Join(", ", Mutations),
            Method = Method,
            Bytes = bytes,
            Patience = Patience,
            Pauses = [.. Pauses.Select(pause => ((int)(bytes.Length * pause.At), pause.Time)).OrderBy(pause => pause.Item1)],
        };
    }

    private string Text()
    {
        var text = new StringBuilder().Append(Method).Append(' ').Append(Path);
        for (var i = 0; i < Query.Count; i++)
        {
            text.Append(i == 0 ? '?' : '&').Append(Query[i].Name).Append('=').Append(Query[i].Value);
        }

        text.Append(' ').Append(Version).Append("\r\n");
        foreach (var (name, value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (Framing is not null)
        {
            text.Append(Framing).Append("\r\n");
        }
        else if (Body is not null)
        {
            text.Append("Content-Length: ").Append(Body.Length.ToString(CultureInfo.InvariantCulture)).Append("\r\n");
        }

        return text.Append("\r\n").Append(Payload ?? Body).ToString();
    }
}
