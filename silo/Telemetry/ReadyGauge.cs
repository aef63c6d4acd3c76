using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RunPod.Silo.Telemetry;

/// <summary>Shows what <c>/healthz/ready</c> answers, so that an alert needs no probe of its own.</summary>
internal sealed class ReadyGauge : IHealthCheckPublisher
{
    private readonly Gauge<int> _ready;

    public ReadyGauge(IMeterFactory meters)
    {
        _ready = meters.Create("RunPod.Health").CreateGauge<int>("runpod.ready", description: "1 while the process may get traffic, else 0.");
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        _ready.Record(report.Status == HealthStatus.Unhealthy ? 0 : 1);
        return Task.CompletedTask;
    }
}
