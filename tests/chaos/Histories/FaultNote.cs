using System.Text.Json.Serialization;

namespace RunPod.Chaos.Histories;

/// <summary>Something that was done to a process, or that a process did by itself.</summary>
internal sealed record FaultNote : HistoryEntry
{
    public required FaultStep Step { get; init; }

    /// <summary>The silo, <c>redis</c>, or the two ends of a cut connection.</summary>
    public required string Target { get; init; }

    /// <summary>Whether all that a silo held in memory is gone with it.</summary>
    [JsonIgnore]
    public bool LosesMemory => Target != "redis" && Step is FaultStep.Killed or FaultStep.Stopped or FaultStep.Exited or FaultStep.Frozen or FaultStep.Cut;
}

[JsonConverter(typeof(JsonStringEnumConverter<FaultStep>))]
internal enum FaultStep
{
    Started = 1,
    Ready = 2,
    Killed = 3,

    /// <summary>SIGTERM.</summary>
    Stopping = 4,

    /// <summary>It ended after SIGTERM.</summary>
    Stopped = 5,

    /// <summary>It ended by itself; its supervisor starts it again.</summary>
    Exited = 6,

    /// <summary>SIGSTOP.</summary>
    Frozen = 7,

    /// <summary>SIGCONT.</summary>
    Thawed = 8,
    Cut = 9,
    Joined = 10,
}
