namespace RunPod.Grains.Endpoints;

/// <summary>An endpoint that this silo's workers serve.</summary>
/// <param name="Id">Its name in the URL.</param>
/// <param name="ModelFolder">Where its model is.</param>
/// <param name="Devices">The devices that may run it; null for all.</param>
internal sealed record ServedEndpoint(string Id, string ModelFolder, IReadOnlyCollection<string>? Devices)
{
    public bool MayRunOn(string deviceId) => Devices is null || Devices.Contains(deviceId);
}
