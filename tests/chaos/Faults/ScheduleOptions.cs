namespace RunPod.Chaos.Faults;

/// <summary>Which faults, how many, and how close to each other.</summary>
internal sealed record ScheduleOptions
{
    /// <summary>Seconds in which faults begin.</summary>
    public required double Duration { get; init; }

    public required int Nodes { get; init; }

    /// <summary>The kinds, drawn evenly: one that stands twice comes twice as often.</summary>
    public required IReadOnlyList<FaultKind> Kinds { get; init; }

    /// <summary>Seconds before the first.</summary>
    public double First { get; init; } = 5;

    /// <summary>Seconds from the begin of one to the begin of the next.</summary>
    public (double From, double To) Gap { get; init; } = (4, 14);

    /// <summary>At most so many.</summary>
    public int Count { get; init; } = int.MaxValue;

    /// <summary>How long a silo stays down or frozen, in seconds.</summary>
    public (double From, double To) SiloDown { get; init; } = (0.5, 12);

    /// <summary>How long a silo stays frozen or cut off: below and above what the others take to declare it dead, about 6 s.</summary>
    public (double From, double To) SiloFrozen { get; init; } = (4, 20);

    /// <summary>How long Redis stays down or frozen.</summary>
    public (double From, double To) RedisDown { get; init; } = (0.5, 8);

    /// <summary>Seconds after its restart in which a silo is left alone.</summary>
    public double Rest { get; init; } = 10;
}
