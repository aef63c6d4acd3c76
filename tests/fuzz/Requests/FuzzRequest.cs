namespace RunPod.Fuzz.Requests;

/// <summary>A request as it goes over the socket.</summary>
internal sealed record FuzzRequest
{
    /// <summary>With the seed, what makes it again.</summary>
    public required long Number { get; init; }

    /// <summary>The route that it was made from.</summary>
    public required string Route { get; init; }

    /// <summary>What was done to it.</summary>
    public required string Mutations { get; init; }

    public required string Method { get; init; }

    public required byte[] Bytes { get; init; }

    /// <summary>Offsets at which the sending rests.</summary>
    public IReadOnlyList<(int Offset, TimeSpan Time)> Pauses { get; init; } = [];

    /// <summary>How long an answer is waited for, where none need come since the request may have no end. Null where one must.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Whether the server knows for certain where it ends, so that another may follow at once.</summary>
    public bool CanBeFollowed => Patience is null && Pauses.Count == 0 && Bytes.Length < 64 * 1024;
}
