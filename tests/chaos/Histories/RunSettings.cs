namespace RunPod.Chaos.Histories;

/// <summary>What the checker must know of a run.</summary>
internal sealed record RunSettings : HistoryEntry
{
    public required string Scenario { get; init; }

    public required int Seed { get; init; }

    /// <summary>Seconds in which every job ends once there are no more faults.</summary>
    public required double EndBound { get; init; }

    /// <summary>Seconds from a job's end in which it must be found.</summary>
    public required double Retention { get; init; }

    /// <summary>Whether the only faults are silos that are stopped one after the other, after clients have left them.</summary>
    public bool StopsInOrder { get; init; }

    /// <summary>Requests of a user and an operation in a window, where the run sets its own.</summary>
    public IReadOnlyList<OperationLimit> Limits { get; init; } = [];
}
