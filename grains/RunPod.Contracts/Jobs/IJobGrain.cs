using Orleans.Concurrency;

namespace RunPod.Contracts.Jobs;

/// <summary>One job, keyed <c>endpoint/job</c>: its state machine, its attempts, its outcome.</summary>
[Alias("runpod.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Takes the job on. When it returns <see cref="SubmitOutcome.Accepted"/>, the job and its place in the queue are in the store.</summary>
    [Alias("Submit")]
    Task<SubmitOutcome> SubmitAsync(JobSubmission submission);

    /// <summary>The job as it is; null if there is none (never was, or expired).</summary>
    [AlwaysInterleave, ReadOnly, Alias("GetSnapshot")]
    Task<JobSnapshot?> GetSnapshotAsync();

    /// <summary>The job when it has ended, or as it is after <paramref name="atMost"/> (keep it under the 30 s of a grain call); fails when its silo stops; null if there is none.</summary>
    [AlwaysInterleave, ReadOnly, Alias("WaitForEnd")]
    Task<JobSnapshot?> WaitForEndAsync(TimeSpan atMost);

    /// <summary>What a list shows of the job; null if there is none.</summary>
    [AlwaysInterleave, ReadOnly, Alias("GetSummary")]
    Task<JobSummary?> GetSummaryAsync();

    /// <summary>Takes chunks off the job's stream, none that anybody took before; null if there is no such job of the user. Does not wait.</summary>
    [AlwaysInterleave, Alias("DrainStream")]
    Task<JobStream?> DrainStreamAsync(string userId);

    /// <summary>
    /// Returns when the stream may have chunks, when the job has ended, or after <paramref name="atMost"/> (keep it under the 30 s of a grain call); fails when its silo stops.
    /// Takes nothing, so that no chunk goes to a caller who has hung up.
    /// </summary>
    [AlwaysInterleave, ReadOnly, Alias("WaitForStream")]
    Task WaitForStreamAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Cancels the job if it is open and belongs to the user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="onlyIfQueued">Whether to leave a job alone whose attempt runs.</param>
    [Alias("Cancel")]
    Task<CancelResult> CancelAsync(string userId, bool onlyIfQueued);

    /// <summary>Puts a FAILED or TIMED_OUT job of the user back into the queue, under the same id and with a whole time to live.</summary>
    [Alias("Retry")]
    Task<RetryResult> RetryAsync(string userId);

    /// <summary>Begins an attempt under a lease, or says why there is none; under the same lease again, it is the same attempt.</summary>
    [Alias("BeginAttempt")]
    Task<AttemptDecision> BeginAttemptAsync(AttemptRequest request);

    /// <summary>Tells how far an attempt is, and that the chunks which it streamed until now are in the store. Kept in memory only.</summary>
    [AlwaysInterleave, Alias("ReportProgress")]
    Task ReportProgressAsync(AttemptProgress progress);

    /// <summary>Reports an attempt's end. False if it did not count, so that the worker can drop what it produced.</summary>
    [Alias("ReportAttempt")]
    Task<bool> ReportAttemptAsync(AttemptReport report);

    /// <summary>Puts the job back into the queue because the worker of its attempt stops; the attempt does not count as lost. False if it is not the current one.</summary>
    [Alias("HandBack")]
    Task<bool> HandBackAsync(int attempt);

    /// <summary>Acts on whichever deadline has passed: TIMED_OUT for an open job, deletion for one that ended. False if the deadline is still to come.</summary>
    [Alias("Expire")]
    Task<bool> ExpireAsync();
}
