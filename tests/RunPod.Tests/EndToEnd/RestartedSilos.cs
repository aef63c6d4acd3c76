using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>With the test model, for the tests that kill or stop it and start it again. Each leaves its one slot free.</summary>
public sealed class RestartedSilos : SilosOnEachStore
{
    private protected override Task<SiloProcess> StartAsync(StoreKind store) => SiloProcess.StartWithTestModelAsync(
        store,
        "--Workers:DrainTimeout=00:00:05",
        "--Batches:Window=20",
        "--Egress:AllowedNetworks:0=127.0.0.0/8",
        // More tries than the default, so that a slow machine does not give up what it could not send; how often is tested elsewhere.
        "--Webhooks:MaxTries=50",
        "--Webhooks:RetryAfter=00:00:01",
        "--Webhooks:MaxBackOff=00:00:05");
}
