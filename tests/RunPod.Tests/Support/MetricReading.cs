using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RunPod.Tests.Support;

/// <summary>What the silos of this process, those of other tests too, show of a meter, read through OpenTelemetry as <c>/metrics</c> reads it.</summary>
internal sealed class MetricReading : IDisposable
{
    private readonly Dictionary<string, double> _values = [];
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;

    public MetricReading(string meter)
    {
        _reader = new BaseExportingMetricReader(new Exporter(_values));
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter).AddReader(_reader).Build();
    }

    /// <summary>The values now, such as <c>runpod.queue.jobs endpoint=test state=waiting</c>.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        _values.Clear();
        Assert.True(_reader.Collect());
        return _values;
    }

    public void Dispose() => _provider.Dispose();

    private sealed class Exporter(Dictionary<string, double> values) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    values[NameOf(metric, point)] = metric.MetricType switch
                    {
                        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                        var other => throw new InvalidOperationException($"{metric.Name} is a {other}."),
                    };
                }
            }

            return ExportResult.Success;
        }

        private static string NameOf(Metric metric, in MetricPoint point)
        {
            var name = metric.Name;
            foreach (var tag in point.Tags)
            {
                name += $" {tag.Key}={tag.Value}";
            }

            return name;
        }
    }
}
