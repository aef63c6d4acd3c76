using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Queues;

/// <summary>How the queues that are active on this silo stand, and what they lost. A queue is on one silo at a time, so the sum over silos is the cluster's.</summary>
internal sealed class QueueMetrics
{
    public const string MeterName = "RunPod.Queues";

    private readonly ConcurrentDictionary<string, Standing> _queues = new(StringComparer.Ordinal);
    private readonly Counter<long> _leasesLost;

    public QueueMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _leasesLost = meter.CreateCounter<long>("runpod.queue.leases_lost", unit: "{lease}",
            description: "Attempts that were given up because their worker was lost; their jobs went back to the queue.");
        meter.CreateObservableUpDownCounter("runpod.queue.jobs", () => _queues.SelectMany(queue => Jobs(queue.Key, queue.Value.Health)), unit: "{job}",
            description: "Open jobs, as of the last second.");
        meter.CreateObservableUpDownCounter("runpod.workers", () => _queues.SelectMany(queue => Workers(queue.Key, queue.Value.Health)), unit: "{worker}",
            description: "Workers that serve the endpoint, as of the last second.");
        meter.CreateObservableGauge("runpod.queue.oldest_wait", () => _queues.Select(queue => Of(queue.Value.OldestWait.TotalSeconds, queue.Key)), unit: "s",
            description: "How long the job that waits longest has been in the queue, or has been known to it since the queue moved to this silo.");
    }

    /// <summary>Notes how a queue stands.</summary>
    public void Note(string endpointId, EndpointHealth health, TimeSpan oldestWait) => _queues[endpointId] = new Standing(health, oldestWait);

    /// <summary>The queue is no longer active here: its gauges go.</summary>
    public void Forget(string endpointId) => _queues.TryRemove(endpointId, out _);

    public void LeaseLost(string endpointId) => _leasesLost.Add(1, Endpoint(endpointId));

    private static IEnumerable<Measurement<int>> Jobs(string endpointId, EndpointHealth health) =>
        [Of(health.InQueue, endpointId, "waiting"), Of(health.InProgress, endpointId, "running")];

    // States without a worker too: an alert on none cannot be asked of a series that is not there.
    private static IEnumerable<Measurement<int>> Workers(string endpointId, EndpointHealth health) =>
        Enum.GetValues<WorkerState>().Select(state => Of(health.Workers.GetValueOrDefault(state), endpointId, StateTag(state)));

    private static Measurement<double> Of(double value, string endpointId) => new(value, Endpoint(endpointId));

    private static Measurement<int> Of(int value, string endpointId, string state) => new(value, Endpoint(endpointId), new KeyValuePair<string, object?>("state", state));

    private static KeyValuePair<string, object?> Endpoint(string endpointId) => new("endpoint", endpointId);

    private static string StateTag(WorkerState state) => state switch
    {
        WorkerState.Initializing => "initializing",
        WorkerState.Idle => "idle",
        WorkerState.Running => "running",
        WorkerState.Throttled => "throttled",
        WorkerState.Unhealthy => "unhealthy",
        var other => throw new InvalidOperationException($"Unhandled state '{other}'."),
    };

    private sealed record Standing(EndpointHealth Health, TimeSpan OldestWait);
}
