namespace RunPod.Fuzz;

/// <summary>What the command line says.</summary>
internal sealed record FuzzOptions
{
    public required long Requests { get; init; }

    public required int Seed { get; init; }

    /// <summary>The requests to send alone, with their bytes and answers printed.</summary>
    public IReadOnlyList<long> Only { get; init; } = [];

    /// <summary>The RunPod.Fuzz.dll whose service is attacked.</summary>
    public required string Silo { get; init; }

    public bool OnRedis { get; init; }

    public required int Connections { get; init; }

    /// <summary>Requests between two looks at whether all is well.</summary>
    public required int Every { get; init; }

    /// <summary>How long an answer may take.</summary>
    public required TimeSpan Bound { get; init; }

    /// <summary>Bytes by which memory may grow after the first fifth.</summary>
    public required long Growth { get; init; }
}
