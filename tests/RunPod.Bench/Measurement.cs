using System.Globalization;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>What a closed loop measured; latencies are recorded in ticks.</summary>
internal sealed record Measurement(int Requests, TimeSpan Elapsed, HistogramBase Latencies)
{
    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public string Percentile(double percentile) => Percentile(Latencies, percentile);

    public static string Percentile(HistogramBase latencies, double percentile) =>
        TimeSpan.FromTicks(latencies.GetValueAtPercentile(percentile)).TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture) + " ms";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond,8:F0} /s   p50 {Percentile(50)}   p99 {Percentile(99)}");
}
