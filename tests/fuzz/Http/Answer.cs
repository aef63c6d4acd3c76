namespace RunPod.Fuzz.Http;

/// <summary>A final answer as it came over the socket.</summary>
internal sealed record Answer
{
    public required int Status { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The body, or its beginning if it is long.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the server said that it will close, or did so to end the body.</summary>
    public bool Closes { get; init; }

    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
