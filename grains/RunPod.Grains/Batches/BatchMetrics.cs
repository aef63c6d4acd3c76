using System.Diagnostics.Metrics;
using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>What the batch grains count.</summary>
internal sealed class BatchMetrics
{
    public const string MeterName = "RunPod.Batches";

    private readonly Counter<long> _finalized;
    private readonly Counter<long> _finished;

    public BatchMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _finalized = meter.CreateCounter<long>("runpod.batches.finalized", unit: "{batch}", description: "Batches that were finalized.");
        _finished = meter.CreateCounter<long>("runpod.batches.finished", unit: "{batch}", description: "Batches that reached a final status.");
    }

    public void BatchFinalized(string endpointId) => _finalized.Add(1, new KeyValuePair<string, object?>("endpoint", endpointId));

    public void BatchFinished(string endpointId, BatchStatus status) =>
        _finished.Add(1, new KeyValuePair<string, object?>("endpoint", endpointId), new KeyValuePair<string, object?>("status", StatusTag(status)));

    private static string StatusTag(BatchStatus status) => status switch
    {
        BatchStatus.Completed => "completed",
        BatchStatus.Failed => "failed",
        BatchStatus.Cancelled => "cancelled",
        var other => throw new InvalidOperationException($"'{other}' is not a final status."),
    };
}
