using Orleans.Placement;

namespace RunPod.Grains.Inference;

/// <summary>Places a worker's grain on the silo that its key names, and nowhere else.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class DevicePlacementAttribute() : PlacementAttribute(new DevicePlacement());

/// <summary>See <see cref="DevicePlacementAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("runpod.DevicePlacement")]
internal sealed class DevicePlacement : PlacementStrategy;
