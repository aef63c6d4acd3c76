namespace RunPod.Silo.Telemetry;

/// <summary>What the process shows about itself. Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metrics";

    /// <summary>
    /// Whether <c>/metrics</c> is served in Prometheus' format, without a key: what it shows names endpoints, but no user, key or job. OTLP export does not depend on it
    /// and begins when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
    /// </summary>
    public bool Enabled { get; set; } = true;
}
