using System.Diagnostics.CodeAnalysis;

namespace RunPod.Contracts.Jobs;

/// <summary>Our states and RunPod's names for them.</summary>
public static class JobStatusNames
{
    /// <summary>RunPod's name of a state.</summary>
    public static string ToWire(JobStatus status) => status switch
    {
        JobStatus.InQueue => "IN_QUEUE",
        JobStatus.InProgress => "IN_PROGRESS",
        JobStatus.Completed => "COMPLETED",
        JobStatus.Failed => "FAILED",
        JobStatus.Cancelled => "CANCELLED",
        JobStatus.TimedOut => "TIMED_OUT",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The state has no name on the wire."),
    };

    /// <summary>The state of a name; false if RunPod has none of this name.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out JobStatus? status)
    {
        status = name switch
        {
            "IN_QUEUE" => JobStatus.InQueue,
            "IN_PROGRESS" => JobStatus.InProgress,
            "COMPLETED" => JobStatus.Completed,
            "FAILED" => JobStatus.Failed,
            "CANCELLED" => JobStatus.Cancelled,
            "TIMED_OUT" => JobStatus.TimedOut,
            _ => null,
        };
        return status is not null;
    }
}
