namespace RunPod.Chaos.Histories;

/// <summary>A point of the run that matters to the checker.</summary>
internal sealed record Milestone : HistoryEntry
{
    /// <summary>From here on there are no faults, and everything that was broken has been mended.</summary>
    public const string Healed = "healed";

    /// <summary>Every accepted job has been asked for a last time.</summary>
    public const string Settled = "settled";

    public required string Name { get; init; }
}
