namespace RunPod.Grains.Inference;

/// <summary>One device of a silo.</summary>
public sealed class DeviceOptions
{
    /// <summary><c>cpu:0</c> or <c>cuda:N</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>What clients see as <c>gpu</c>; by default the name that was found.</summary>
    public string? Name { get; set; }

    /// <summary>Jobs at a time; by default <see cref="WorkerOptions.SlotsPerDevice"/>.</summary>
    public int? Slots { get; set; }
}
