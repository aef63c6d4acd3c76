namespace RunPod.Chaos.Histories;

/// <summary>A job's state as a client saw it.</summary>
internal sealed record Sighting(double Start, double End, string Status, int? Retries, string? Output, string? Error)
{
    public const string InQueue = "IN_QUEUE";
    public const string InProgress = "IN_PROGRESS";
    public const string Completed = "COMPLETED";
    public const string Failed = "FAILED";
    public const string Cancelled = "CANCELLED";
    public const string TimedOut = "TIMED_OUT";

    public bool IsTerminal => IsEnd(Status);

    /// <summary>Whether the answer had all of the job, and not its status alone.</summary>
    public bool IsWhole => Retries is not null;

    public static bool IsEnd(string? status) => status is Completed or Failed or Cancelled or TimedOut;

    /// <summary>
    /// The state in an answer, if it has one. <c>/run</c> and <c>/retry</c> answer IN_QUEUE whatever has become of the job since,
    /// and a stream is in progress until its last chunk has been taken.
    /// </summary>
    public static Sighting? Of(Observation observation) =>
        observation is { IsOk: true, Status: { } status }
        && observation.Operation is not ("run" or "retry")
        && (observation.Operation != "stream" || IsEnd(status))
            ? new Sighting(observation.Start, observation.End, status, observation.Retries, observation.Output, observation.Error)
            : null;
}
