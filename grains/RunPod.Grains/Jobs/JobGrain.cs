using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Storage;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Queues;
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
    IdleJobs idleJobs,
    TimeProvider clock,
    IOptions<JobOptions> options,
    IOptions<RetentionOptions> retention,
    JobMetrics metrics,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    public const string StorageName = "jobs";

    private TaskCompletionSource _ended = NewSignal();
    private StoredState<JobState> _job = null!;
    private string _endpointId = null!;
    private string _jobId = null!;

    private string Key => this.GetPrimaryKeyString();

    private IQueueGrain Queue => GrainFactory.Queue(_endpointId);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _job = new StoredState<JobState>(storage, StateName, this.GetGrainId());
        (_endpointId, _jobId) = GrainKeys.SplitJobKey(Key);
        return Task.CompletedTask;
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
            LetGo();
            return new AttemptDecision(AttemptVerdict.NothingToRun);
        }

        await ApplyAsync(new JobEvent.Started(clock.GetUtcNow(), request.LeaseId, request.Worker, options.Value.MaxAttempts));
        await DropLostStreamsAsync();
        LetGo();
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
            LetGo();
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
        var isHandedBack = _job.Value is not null && await ApplyAsync(new JobEvent.HandedBack(clock.GetUtcNow(), attempt));
        LetGo();
        return isHandedBack;
    }

    private async Task<JobState?> FindOfUserAsync(string userId)
    {
        await _job.EnsureReadAsync();
        LetGo();
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

        if (next.NextDeadlineKind != previous.NextDeadlineKind)
        {
            await Task.WhenAll(expiry.AddAsync(Key, next.NextDeadline, next.NextDeadlineKind), next.IsTerminal ? EnterWebhooksAsync(next) : Task.CompletedTask);
        }

        await WriteAsync(next);
        TellBatch(next);
        if (next.NextDeadlineKind != previous.NextDeadlineKind)
        {
            expiry.Remove(Key, previous.NextDeadline, entered: null, previous.NextDeadlineKind);
        }

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
        LetGo();
        if (previous.Worker is { } worker && !byReport)
        {
            // One way: nobody waits for a worker that may be lost.
            await GrainFactory.Inference(worker.GrainKey).StopAsync(_endpointId, _jobId, previous.Attempt);
        }

        await Queue.RemoveAsync(_jobId, job.Status);
        await ReleaseWebhooksAsync(job);
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
