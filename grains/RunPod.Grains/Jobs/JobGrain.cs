using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Storage;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Grains.Expiry;
using RunPod.Grains.Requests;
using RunPod.Grains.Store;
using RunPod.Grains.Streams;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains.Jobs;

/// <summary>
/// A job. Every change goes one way: decide, enter the next deadline in the expiry index, write the state, tell the others.
/// A crash between two of these leaves an index entry without a matching state, which is dropped when it comes up, never the reverse.
/// </summary>
[PreferLocalPlacement]
internal sealed partial class JobGrain(
    [FromKeyedServices(JobGrain.StorageName)] IGrainStorage storage,
    ExpiryIndex expiry,
    RequestIndex requests,
    Outbox outbox,
    IObjectStore objects,
    JobStreams streams,
    SiloStop stop,
    TimeProvider clock,
    IOptions<JobOptions> options,
    IOptions<RetentionOptions> retention,
    JobMetrics metrics,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    public const string StorageName = "jobs";

    // Below the time in which the cluster could declare this silo dead, hand its queue entry to another one and drop it there.
    private static readonly TimeSpan PlaceInQueueIsCertain = TimeSpan.FromSeconds(3);

    private TaskCompletionSource _ended = NewSignal();
    private StoredState<JobState> _job = null!;
    private string _endpointId = null!;
    private string _jobId = null!;

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _job = new StoredState<JobState>(storage, "job", this.GetGrainId());
        (_endpointId, _jobId) = GrainKeys.SplitJobKey(Key);
        return Task.CompletedTask;
    }

    public async Task<SubmitOutcome> SubmitAsync(JobSubmission submission)
    {
        _job.AssumeAbsent();
        if (_job.Value is not null)
        {
            return SubmitOutcome.Accepted;
        }

        var started = clock.GetTimestamp();
        var job = JobTransitions.Create(submission, submission.Retention ?? (submission.IsSync ? retention.Value.Sync : retention.Value.Async), clock.GetUtcNow());
        var queue = GrainFactory.Queue(_endpointId);
        var enqueue = queue.EnqueueAsync(_jobId, job.LowPriority);
        await Task.WhenAll(enqueue, expiry.AddAsync(Key, job.NextDeadline), requests.AddAsync(_endpointId, job.UserId, _jobId, job.CreatedAt));
        if (!await enqueue)
        {
            return await RefuseAsync(job);
        }

        try
        {
            await WriteAsync(job);
        }
        catch (InconsistentStateException) when (_job.Value is null)
        {
            // Not absent after all: the submission came twice. The queue drops the second entry when it finds the job ended.
            await _job.EnsureReadAsync();
            return _job.Value is not null ? SubmitOutcome.Accepted : throw new InvalidOperationException($"Job {Key} was written by somebody else and is gone.");
        }

        if (clock.GetElapsedTime(started) > PlaceInQueueIsCertain)
        {
            // A worker may have met the entry before the state and dropped it. A job that is still queued keeps its place.
            await queue.EnqueueAsync(_jobId, job.LowPriority);
        }

        metrics.JobSubmitted(_endpointId);
        return SubmitOutcome.Accepted;
    }

    public async Task<CancelResult> CancelAsync(string userId, bool onlyIfQueued)
    {
        if (await FindOfUserAsync(userId) is null)
        {
            return new CancelResult(CancelOutcome.UnknownJob, null);
        }

        var cancelled = await ApplyAsync(new JobEvent.CancelRequested(clock.GetUtcNow(), onlyIfQueued));
        return new CancelResult(cancelled ? CancelOutcome.Cancelled : CancelOutcome.AlreadyEnded, _job.Value?.ToSnapshot(_jobId));
    }

    public async Task<AttemptDecision> BeginAttemptAsync(AttemptRequest request)
    {
        await _job.EnsureReadAsync();
        if (_job.Value is null)
        {
            Retire();
            return new AttemptDecision(AttemptVerdict.NothingToRun);
        }

        await ApplyAsync(new JobEvent.Started(clock.GetUtcNow(), request.LeaseId, request.Worker, options.Value.MaxAttempts));
        await DropLostStreamsAsync();
        return _job.Value switch
        {
            { IsTerminal: true } ended => new AttemptDecision(AttemptVerdict.NothingToRun, Ended: ended.Status),
            { LeaseId: var current } when current > request.LeaseId => new AttemptDecision(AttemptVerdict.StaleLease),
            var job => new AttemptDecision(AttemptVerdict.Begin, new AttemptStart
            {
                Attempt = job.Attempt,
                Input = job.Input,
                ExecutionTimeout = job.ExecutionTimeout,
                Retention = job.Retention,
                RequestBaseUrl = job.RequestBaseUrl,
                S3Config = job.S3Config,
                UserId = job.UserId,
            }),
        };
    }

    public async Task<bool> ReportAttemptAsync(AttemptReport report)
    {
        await _job.EnsureReadAsync();
        if (_job.Value is not { } job)
        {
            return false;
        }

        // A report whose answer was lost comes again; the worker must not delete the files that the job now shows.
        var now = clock.GetUtcNow();
        return await ApplyAsync(report.Outcome switch
        {
            AttemptOutcome.Succeeded => new JobEvent.Succeeded(now, report.Attempt, report.Output ?? throw new ArgumentException("A success has an output.", nameof(report))),
            AttemptOutcome.Failed => new JobEvent.Failed(now, report.Attempt, report.Error ?? "The worker gave no reason."),
            AttemptOutcome.TimedOut => new JobEvent.ExecutionTimedOut(now, report.Attempt),
            var other => throw new ArgumentException($"Unknown outcome '{other}'.", nameof(report)),
        }) || (job.Status == JobStatus.Completed && job.Attempt == report.Attempt);
    }

    public async Task<bool> HandBackAsync(int attempt)
    {
        await _job.EnsureReadAsync();
        return _job.Value is not null && await ApplyAsync(new JobEvent.HandedBack(clock.GetUtcNow(), attempt));
    }

    private async Task<SubmitOutcome> RefuseAsync(JobState job)
    {
        // The submission may have come twice, and the first one's job have ended: its entries stay.
        await _job.ReadAgainAsync();
        Retire();
        if (_job.Value is not null)
        {
            return SubmitOutcome.Accepted;
        }

        expiry.Remove(Key, job.NextDeadline, entered: null);
        await requests.RemoveAsync(_endpointId, job.UserId, _jobId);
        return SubmitOutcome.QueueFull;
    }

    private async Task<JobState?> FindOfUserAsync(string userId)
    {
        // An unknown job stays in memory until it is collected: calls that wait behind this one would be sent on to one that ends again, and fail.
        await _job.EnsureReadAsync();
        return _job.Value is { } job && job.UserId == userId ? job : null;
    }

    private async Task<bool> ApplyAsync(JobEvent @event)
    {
        var previous = _job.Value!;
        var next = JobTransitions.Apply(previous, @event);
        if (ReferenceEquals(next, previous))
        {
            LogIgnored(Key, @event.GetType().Name, previous.Status);
            return false;
        }

        if (next.IsTerminal)
        {
            await Task.WhenAll(expiry.AddAsync(Key, next.NextDeadline), EnterWebhooksAsync(next));
        }

        await WriteAsync(next);
        TellBatch(next);
        if (next.IsTerminal)
        {
            await TellEndAsync(previous, next, byReport: @event is JobEvent.Succeeded or JobEvent.Failed or JobEvent.ExecutionTimedOut);
        }

        return true;
    }

    private async Task TellEndAsync(JobState previous, JobState job, bool byReport)
    {
        _ended.TrySetResult();
        metrics.JobFinished(_endpointId, job);
        expiry.Remove(Key, previous.NextDeadline, job.NextDeadline);
        if (previous.Worker is { } worker && !byReport)
        {
            // One way: nobody waits for a worker that may be lost.
            await GrainFactory.Inference(worker.GrainKey).StopAsync(_endpointId, _jobId, previous.Attempt);
        }

        await GrainFactory.Queue(_endpointId).RemoveAsync(_jobId, job.Status);
        await ReleaseWebhooksAsync(job);
        Retire();
    }

    private async Task WriteAsync(JobState next)
    {
        try
        {
            await _job.WriteAsync(next);
        }
        catch
        {
            // Another activation wrote, or nobody knows whether the write was applied: the caller's retry meets fresh state.
            Retire();
            throw;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Job {JobKey} ignored {Event} while {Status}")]
    private partial void LogIgnored(string jobKey, string @event, JobStatus status);
}
