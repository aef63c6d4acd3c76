using System.Diagnostics.Metrics;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>What the job grains count.</summary>
internal sealed class JobMetrics
{
    public const string MeterName = "RunPod.Jobs";

    private readonly Counter<long> _submitted;
    private readonly Counter<long> _finished;
    private readonly Histogram<double> _delay;
    private readonly Histogram<double> _execution;

    public JobMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _submitted = meter.CreateCounter<long>("runpod.jobs.submitted", unit: "{job}", description: "Jobs that were accepted.");
        _finished = meter.CreateCounter<long>("runpod.jobs.finished", unit: "{job}", description: "Jobs that reached a final status.");
        _delay = meter.CreateHistogram<double>("runpod.jobs.delay", unit: "s", description: "From submission to the first attempt.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] });
        _execution = meter.CreateHistogram<double>("runpod.jobs.execution", unit: "s", description: "Length of the attempt that ended the job.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 3600] });
    }

    public void JobSubmitted(string endpointId) => _submitted.Add(1, new KeyValuePair<string, object?>("endpoint", endpointId));

    public void JobFinished(string endpointId, JobState state)
    {
        var endpoint = new KeyValuePair<string, object?>("endpoint", endpointId);
        _finished.Add(1, endpoint, new KeyValuePair<string, object?>("status", StatusTag(state.Status)));
        if (state is { FirstStartedAt: { } first, StartedAt: { } started, EndedAt: { } ended })
        {
            _delay.Record((first - state.EnqueuedAt).TotalSeconds, endpoint);
            _execution.Record((ended - started).TotalSeconds, endpoint);
        }
    }

    private static string StatusTag(JobStatus status) => status switch
    {
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
        JobStatus.TimedOut => "timed_out",
        var other => throw new InvalidOperationException($"'{other}' is not a final status."),
    };
}
