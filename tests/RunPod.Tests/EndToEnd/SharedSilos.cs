using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>With the demo model and default settings, for the tests that leave it as they found it.</summary>
public sealed class SharedSilos : SilosOnEachStore
{
    private protected override Task<SiloProcess> StartAsync(StoreKind store) => SiloProcess.StartAsync(store, "--Logging:LogLevel:RunPod=Debug");
}
