using System.Text.Json;
using System.Text.Json.Serialization;

namespace RunPod.Chaos.Histories;

/// <summary>One line of a history. Times are seconds since the run began, on the machine's monotonic clock, which all processes share.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
[JsonDerivedType(typeof(RunSettings), "settings")]
[JsonDerivedType(typeof(Observation), "client")]
[JsonDerivedType(typeof(Delivery), "webhook")]
[JsonDerivedType(typeof(Execution), "model")]
[JsonDerivedType(typeof(FaultNote), "fault")]
[JsonDerivedType(typeof(Milestone), "milestone")]
internal abstract record HistoryEntry
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>When it began.</summary>
    public double Start { get; init; }

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    public static HistoryEntry Parse(string line) => JsonSerializer.Deserialize<HistoryEntry>(line, Options) ?? throw new FormatException("A line of a history is not null.");
}
