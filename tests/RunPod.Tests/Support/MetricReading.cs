using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RunPod.Tests.Support;

/// <summary>What a silo shows of a meter, read through OpenTelemetry as <c>/metrics</c> reads it.</summary>
internal sealed class MetricReading : BaseExporter<Metric>
{
    private readonly BaseExportingMetricReader _reader;
    private readonly Dictionary<string, double> _values = [];

    public MetricReading()
    {
        _reader = new BaseExportingMetricReader(this);
    }

    public void AddTo(ISiloBuilder silo, string meter) =>
        silo.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(meter).AddReader(_reader));

    /// <summary>The values now, such as <c>runpod.queue.jobs endpoint=test state=waiting</c>.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        _values.Clear();
        Assert.True(_reader.Collect());
        return _values;
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var key = metric.Name;
                foreach (var tag in point.Tags)
                {
                    key += $" {tag.Key}={tag.Value}";
                }

                _values[key] = metric.MetricType switch
                {
                    MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                    MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                    var other => throw new InvalidOperationException($"{metric.Name} is a {other}."),
                };
            }
        }

        return ExportResult.Success;
    }
}
