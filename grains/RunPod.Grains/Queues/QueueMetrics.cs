using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Queues;

/// <summary>How the queues that are active on this silo stand. A queue is on one silo at a time, so the sum over silos is the cluster's.</summary>
internal sealed class QueueMetrics
{
    public const string MeterName = "RunPod.Queues";

    private readonly ConcurrentDictionary<string, Standing> _queues = new(StringComparer.Ordinal);
    private readonly Counter<long> _handedBack;

    public QueueMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _handedBack = meter.CreateCounter<long>("runpod.queue.jobs_handed_back", unit: "{job}",
            description: "Jobs that a stopping worker did not finish and gave back to the queue.");
        meter.CreateObservableUpDownCounter("runpod.queue.jobs", () => _queues.SelectMany(queue => Jobs(queue.Key, queue.Value.Health)), unit: "{job}",
            description: "Open jobs, as of the last second.");
        meter.CreateObservableUpDownCounter("runpod.workers", () => _queues.SelectMany(queue => Workers(queue.Key, queue.Value.Health)), unit: "{worker}",
            description: "Workers that serve the endpoint, as of the last second.");
        meter.CreateObservableCounter("runpod.queue.leases_lost", () => Each(standing => standing.Health.Retried), unit: "{lease}",
            description: "Attempts whose worker was lost, in all the queue's life on whichever silo: their jobs went back to the queue.");
        meter.CreateObservableGauge("runpod.queue.oldest_wait", () => Each(standing => standing.OldestWait.TotalSeconds), unit: "s",
            description: "Since when the job that waits longest has been in the queue, as far back as this silo has had the queue.");
    }

    /// <summary>Notes how a queue stands.</summary>
    public void Note(string endpointId, EndpointHealth health, TimeSpan oldestWait)
    {
        if (!_queues.ContainsKey(endpointId))
        {
            // To Prometheus a counter that begins with one has not risen.
            _handedBack.Add(0, Endpoint(endpointId));
        }

        _queues[endpointId] = new Standing(health, oldestWait);
    }

    /// <summary>The queue is no longer active here: its gauges go.</summary>
    public void Forget(string endpointId) => _queues.TryRemove(endpointId, out _);

    public void HandedBack(string endpointId) => _handedBack.Add(1, Endpoint(endpointId));

    private IEnumerable<Measurement<T>> Each<T>(Func<Standing, T> value)
        where T : struct => _queues.Select(queue => new Measurement<T>(value(queue.Value), Endpoint(queue.Key)));

    private static IEnumerable<Measurement<int>> Jobs(string endpointId, EndpointHealth health) =>
        [Of(health.InQueue, endpointId, "waiting"), Of(health.InProgress, endpointId, "running")];

    // States without a worker too: an alert on none cannot be asked of a series that is not there.
    private static IEnumerable<Measurement<int>> Workers(string endpointId, EndpointHealth health) =>
        Enum.GetValues<WorkerState>().Select(state => Of(health.Workers.GetValueOrDefault(state), endpointId, StateTag(state)));

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
