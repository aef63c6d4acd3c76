using Microsoft.Extensions.Options;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>The devices that this silo's workers run on: the configured ones, or else those that are found.</summary>
internal sealed class DeviceInventory
{
    public DeviceInventory(IOptions<WorkerOptions> options)
    {
        var found = DeviceDetector.Detect();
        var configured = options.Value.Devices;
        All = configured.Count == 0
            ? [.. found.Select(device => (device, options.Value.SlotsPerDevice))]
            : [.. configured.Select(device => (Named(device, found), device.Slots ?? options.Value.SlotsPerDevice))];
    }

    public IReadOnlyList<(InferenceDevice Device, int Slots)> All { get; }

    private static InferenceDevice Named(DeviceOptions configured, IReadOnlyList<InferenceDevice> found) =>
        new(configured.Id, configured.Name ?? found.FirstOrDefault(device => device.Id == configured.Id)?.Name ?? configured.Id);
}
