using RunPod.Inference;

namespace RunPod.Tests.Unit;

public sealed class DeviceDetectorTests
{
    [Fact]
    public void Detect_ThisMachine_NamesDevicesOfOneKindInOrder()
    {
        var devices = DeviceDetector.Detect();

        Assert.NotEmpty(devices);
        var kind = devices[0].IsCuda ? "cuda" : "cpu";
        Assert.Equal(Enumerable.Range(0, devices.Count).Select(ordinal => $"{kind}:{ordinal}"), devices.Select(device => device.Id));
        Assert.All(devices, device => Assert.False(string.IsNullOrWhiteSpace(device.Name)));
    }
}
