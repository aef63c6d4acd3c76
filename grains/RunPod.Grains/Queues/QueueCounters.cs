using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Queues;

/// <summary>How many of an endpoint's jobs ended in which way, and how many leases were lost.</summary>
internal readonly record struct QueueCounters(long Completed, long Failed, long Retried)
{
    public const string CompletedField = "completed";
    public const string FailedField = "failed";
    public const string RetriedField = "retried";

    public static string? FieldOf(JobStatus? outcome) => outcome switch
    {
        JobStatus.Completed => CompletedField,
        JobStatus.Failed or JobStatus.TimedOut => FailedField,
        _ => null,
    };

    public QueueCounters Count(JobStatus? outcome) => FieldOf(outcome) switch
    {
        CompletedField => this with { Completed = Completed + 1 },
        FailedField => this with { Failed = Failed + 1 },
        _ => this,
    };
}
