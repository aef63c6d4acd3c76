using System.Text.Json.Serialization;

namespace RunPod.Chaos.Histories;

/// <summary>What the model noted of one run, before it told anybody.</summary>
internal sealed record Execution : HistoryEntry
{
    public required string Token { get; init; }

    /// <summary>Unique among all runs of all silos.</summary>
    public required string Run { get; init; }

    public required string Node { get; init; }

    public required RunStep Step { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<RunStep>))]
internal enum RunStep
{
    /// <summary>The model was called.</summary>
    Began = 1,

    /// <summary>It returned a result.</summary>
    Returned = 2,

    /// <summary>It failed, as the input said.</summary>
    Failed = 3,

    /// <summary>It was told to stop.</summary>
    Stopped = 4,
}
