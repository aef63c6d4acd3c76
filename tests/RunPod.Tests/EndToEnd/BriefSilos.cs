using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>With the test model, and retentions of seconds.</summary>
public sealed class BriefSilos : SilosOnEachStore
{
    private protected override Task<SiloProcess> StartAsync(StoreKind store) => SiloProcess.StartWithTestModelAsync(
        store, "--Retention:Async=00:00:03", "--Batches:Retention=00:00:05", "--Egress:AllowedNetworks:0=127.0.0.0/8");
}
