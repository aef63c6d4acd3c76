using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace RunPod.Silo;

/// <summary>Ready while this silo is an active member of the cluster and the store answers.</summary>
internal sealed class ReadyCheck(ISiloStatusOracle silos, IConnectionMultiplexer store) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (silos.CurrentStatus != SiloStatus.Active)
        {
            return HealthCheckResult.Unhealthy("The silo is not an active member of the cluster.");
        }

        try
        {
            await store.GetDatabase().PingAsync().WaitAsync(Timeout, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The store does not answer.", exception);
        }
    }
}
