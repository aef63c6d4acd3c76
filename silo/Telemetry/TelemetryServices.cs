using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace RunPod.Silo.Telemetry;

/// <summary>The meters of this process and where their measurements go: <c>/metrics</c>, and a collector if one is configured.</summary>
internal static class TelemetryServices
{
    // Not System.Net.Http: its server.address is the host of a client's webhook or bucket.
    private static readonly string[] Meters =
        ["RunPod.*", "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    // ASP.NET's end at 10 s; a waiting request may take 5 minutes.
    private static readonly double[] RequestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90, 300];

    private static readonly double[] MessageBytes = [1 << 8, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24];

    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder, string siloName)
    {
        var options = ReadOptions(builder.Configuration);
        var exportsOtlp = builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null;
        builder.Services.AddSingleton<IHealthCheckPublisher, ReadyGauge>();
        builder.Services.Configure<HealthCheckPublisherOptions>(publisher => publisher.Period = TimeSpan.FromSeconds(10));
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("runpod", serviceInstanceId: siloName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters)
                    .AddView("http.server.request.duration", new ExplicitBucketHistogramConfiguration { Boundaries = RequestSeconds })
                    // By peer they would grow with every restart of one.
                    .AddView("orleans-messaging-pings-*", new MetricStreamConfiguration { TagKeys = [] })
                    .AddView("orleans-messaging-*-messages-size", new ExplicitBucketHistogramConfiguration { TagKeys = ["MessageDirection"], Boundaries = MessageBytes });
                if (options.Enabled)
                {
                    metrics.AddPrometheusExporter();
                }

                if (exportsOtlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
        return builder;
    }

    public static void MapMetrics(this WebApplication app)
    {
        if (ReadOptions(app.Configuration).Enabled)
        {
            app.MapPrometheusScrapingEndpoint().WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head])).AllowAnonymous().DisableHttpMetrics();
        }
    }

    private static MetricsOptions ReadOptions(IConfiguration configuration) => configuration.GetSection(MetricsOptions.Section).Get<MetricsOptions>() ?? new MetricsOptions();
}
