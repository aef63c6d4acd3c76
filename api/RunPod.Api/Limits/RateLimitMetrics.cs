using System.Diagnostics.Metrics;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Limits;

/// <summary>What the limits count.</summary>
internal sealed class RateLimitMetrics
{
    public const string MeterName = "RunPod.RateLimits";

    private readonly Counter<long> _refused;

    public RateLimitMetrics(IMeterFactory meters)
    {
        _refused = meters.Create(MeterName).CreateCounter<long>("runpod.requests.limited", unit: "{request}",
            description: "Requests that were refused because their user had used up the operation's limit.");
    }

    public void Refused(string operation, RateVerdict verdict) => _refused.Add(1,
        new KeyValuePair<string, object?>("operation", operation),
        new KeyValuePair<string, object?>("limit", verdict switch
        {
            RateVerdict.TooManyRequests => "rate",
            RateVerdict.TooManyAtOnce => "concurrency",
            var other => throw new InvalidOperationException($"'{other}' is not a refusal."),
        }));
}
