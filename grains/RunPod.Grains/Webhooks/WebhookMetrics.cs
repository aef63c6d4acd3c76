using System.Diagnostics.Metrics;
using RunPod.Contracts.Webhooks;

namespace RunPod.Grains.Webhooks;

/// <summary>What the deliveries count.</summary>
internal sealed class WebhookMetrics
{
    public const string MeterName = "RunPod.Webhooks";

    private readonly Counter<long> _tries;
    private readonly Counter<long> _givenUp;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _tries = meter.CreateCounter<long>("runpod.webhooks.tries", unit: "{try}", description: "Tries to deliver a webhook, by outcome.");
        _givenUp = meter.CreateCounter<long>("runpod.webhooks.given_up", unit: "{webhook}", description: "Webhooks that were not delivered.");

        // To Prometheus a counter that begins with one has not risen.
        _givenUp.Add(0);
    }

    public void Tried(WebhookOutcome outcome) => _tries.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        WebhookOutcome.Delivered => "delivered",
        WebhookOutcome.Rejected => "rejected",
        WebhookOutcome.TimedOut => "timed_out",
        WebhookOutcome.Unreachable => "unreachable",
        WebhookOutcome.Refused => "refused",
        var other => throw new InvalidOperationException($"Unhandled outcome '{other}'."),
    }));

    public void GivenUp() => _givenUp.Add(1);
}
