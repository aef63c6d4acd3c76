namespace RunPod.Chaos.Scenarios;

/// <summary>What the command line says.</summary>
internal sealed record ScenarioOptions
{
    public required int Seed { get; init; }

    public required TimeSpan Duration { get; init; }

    public required int Silos { get; init; }

    public required string AppendFsync { get; init; }

    public string? OtherSilo { get; init; }

    /// <summary>Jobs that run at the same time, where a scenario has a number of them.</summary>
    public required int Jobs { get; init; }

    /// <summary>Faults, where a scenario has a number of them.</summary>
    public int? Faults { get; init; }

    /// <summary>Whether clients leave a silo before it is stopped.</summary>
    public bool IsBalanced { get; init; } = true;
}
