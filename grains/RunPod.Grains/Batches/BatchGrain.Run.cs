using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>A finalized batch at work. Each tick, one at a time: ask the open jobs if it is time, open the next requests, store results, end. Notes of jobs come in between and change memory alone.</summary>
internal sealed partial class BatchGrain
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(500);

    // Notes are hardly ever lost: with a silo, or on the way to one.
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(15);

    // After a refusal of the queue, or an outage.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private const int Parallelism = 32;

    private readonly SortedSet<int> _unsubmitted = [];
    private BatchProgress? _progress;
    private IGrainTimer? _timer;
    private long? _checkedAt;
    private long? _refusedAt;
    private long? _failedAt;
    private long? _storedAt;

    public Task NoteAsync(BatchRequestNote note)
    {
        if (_batch is null)
        {
            DeactivateOnIdle();
        }
        else if (BatchIds.TryParseRequest(note.RequestId, _batchId, out var request))
        {
            Record(request, new RequestResult(note.Status, note.StartedAt, note.EndedAt));
        }

        return Task.CompletedTask;
    }

    public async Task<BatchRequestPage?> ListRequestsAsync(string userId, BatchRequestQuery query)
    {
        if (FindOf(userId) is not { } batch)
        {
            return null;
        }

        var progress = _progress ?? new BatchProgress(batch, await _pages.ReadResultsAsync(batch.Pages, batch.Opened));
        _progress = batch.Status == BatchStatus.Draft ? null : progress;
        var (found, total) = (new List<BatchRequest>(), 0);
        foreach (var number in BatchTransitions.LiveRequests(batch, 0, batch.NextRequest))
        {
            var result = progress.Get(number, batch);
            if ((query.Status is null || query.Status == result.Status) && total++ >= query.Offset && found.Count < query.Limit)
            {
                found.Add(new BatchRequest
                {
                    RequestId = BatchIds.Request(_batchId, number),
                    Status = result.Status,
                    StartedAt = result.StartedAt,
                    EndedAt = result.EndedAt,
                    HasJob = number < batch.Opened,
                });
            }
        }

        return new BatchRequestPage([.. found], total);
    }

    private async Task StartAsync(BatchState batch)
    {
        _progress = new BatchProgress(batch, await _pages.ReadResultsAsync(batch.Pages, batch.Opened));
        _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, TickPeriod) { KeepAlive = true });
    }

    /// <summary>Cancels what is queued, and ends the batch if nothing runs.</summary>
    private async Task StopAsync()
    {
        (_checkedAt, _failedAt) = (null, null);
        await TickAsync();
    }

    private async Task TickAsync()
    {
        if (_batch is not { Status: BatchStatus.Finalized } || _progress is not { } progress || !IsOver(_failedAt, Pause))
        {
            return;
        }

        try
        {
            if (IsOver(_checkedAt, CheckPeriod))
            {
                await CheckAsync(progress);
                _checkedAt = clock.GetTimestamp();
            }

            await FeedAsync(progress);
            var isDone = progress.OpenRequests.Count == 0 && (_batch.StoppedAt is not null || _batch.Opened >= _batch.NextRequest);
            if (isDone || IsOver(_storedAt, TickPeriod))
            {
                await StoreResultsAsync(progress);
                _storedAt = clock.GetTimestamp();
            }

            if (isDone)
            {
                await EndAsync(_batch, progress);
            }
        }
        catch (Exception exception)
        {
            // Every step may be repeated, and a later tick does.
            LogTickFailed(Key, exception);
            _failedAt = clock.GetTimestamp();
        }
    }

    /// <summary>Asks the open jobs where they stand: one that is not there is to be submitted. In a stopped batch those that wait are cancelled.</summary>
    private async Task CheckAsync(BatchProgress progress)
    {
        var isStopped = _batch!.StoppedAt is not null;
        Func<int, Task> check = isStopped ? CancelQueuedAsync : AskAsync;
        foreach (var chunk in progress.OpenRequests.Where(request => isStopped || !_unsubmitted.Contains(request)).Chunk(Parallelism).ToArray())
        {
            await Task.WhenAll(chunk.Select(check));
        }
    }

    private async Task AskAsync(int request)
    {
        if (await Job(request).GetSummaryAsync() is { } job)
        {
            Record(request, new RequestResult(job.Status, job.StartedAt, job.EndedAt));
        }
        else if (_progress!.OpenRequests.Contains(request))
        {
            _unsubmitted.Add(request);
        }
    }

    private async Task CancelQueuedAsync(int request)
    {
        var job = (await Job(request).CancelAsync(_batch!.UserId, onlyIfQueued: true)).Job;
        Record(request, job is null ? new RequestResult(JobStatus.Cancelled, StartedAt: null, _batch.StoppedAt) : new RequestResult(job.Status, job.StartedAt, job.EndedAt));
    }

    /// <summary>Makes the next requests jobs while there is room. The state opens them before they are submitted.</summary>
    private async Task FeedAsync(BatchProgress progress)
    {
        var room = options.Value.Window - progress.OpenRequests.Count;
        if (room >= (options.Value.Window + 1) / 2 && BatchTransitions.Open(_batch!, room) is var next && !ReferenceEquals(next, _batch))
        {
            var from = _batch!.Opened;
            await WriteAsync(next);
            _unsubmitted.UnionWith(progress.Open(from, next.Opened));
        }

        if (_batch!.StoppedAt is null && _unsubmitted.Count > 0 && IsOver(_refusedAt, Pause))
        {
            await SubmitAsync();
        }
    }

    private async Task SubmitAsync()
    {
        foreach (var group in _unsubmitted.GroupBy(request => _batch!.Find(request)!).ToArray())
        {
            if (await _pages.ReadInputsAsync(group.Key) is not { } inputs)
            {
                LogPageLost(Key, group.Key.Number);
                await WriteAsync(BatchTransitions.Stop(_batch!, clock.GetUtcNow(), "Requests of the batch are lost in the store. Send those that did not complete again."));
                _checkedAt = null;
                return;
            }

            var accepted = await Task.WhenAll(group.Select(request => SubmitAsync(request, inputs[request - group.Key.First])));
            if (accepted.Contains(false))
            {
                _refusedAt = clock.GetTimestamp();
                return;
            }
        }
    }

    private async Task<bool> SubmitAsync(int request, JobSubmission submission)
    {
        try
        {
            if (await Job(request).SubmitAsync(submission with { LowPriority = true, BatchId = _batchId, Retention = _batch!.Retention }) != SubmitOutcome.Accepted)
            {
                return false;
            }

            _unsubmitted.Remove(request);
            return true;
        }
        catch (Exception exception)
        {
            LogSubmitFailed(BatchIds.Request(_batchId, request), exception);
            return false;
        }
    }

    private async Task StoreResultsAsync(BatchProgress progress)
    {
        foreach (var place in progress.DirtyPages.ToArray())
        {
            try
            {
                await _pages.WriteResultsAsync(_batch!.Pages[place], progress.TakeDirty(place));
            }
            catch
            {
                DeactivateOnIdle();
                throw;
            }
        }
    }

    private async Task EndAsync(BatchState batch, BatchProgress progress)
    {
        var ended = BatchTransitions.End(batch, progress.CountsOf(batch), clock.GetUtcNow());
        var webhook = WebhookOf(ended);
        await Task.WhenAll(expiry.AddAsync(Key, ended.ExpiresAt!.Value), webhook is { } entered ? outbox.EnterAsync(entered) : Task.CompletedTask);
        await WriteAsync(ended);
        _timer?.Dispose();
        index.RemoveActive(_endpointId, ended.UserId, _batchId);
        metrics.BatchFinished(_endpointId, ended.Status);
        LogEnded(Key, ended.Status, ended.Counts.Completed, ended.Counts.Failed);
        DeactivateOnIdle();
        if (webhook is { } released)
        {
            await outbox.ReleaseAsync(released);
        }
    }

    private void Record(int request, RequestResult result)
    {
        if (_progress is not { } progress || !progress.Record(request, result) || !result.Status.IsTerminal())
        {
            return;
        }

        _unsubmitted.Remove(request);
        var open = progress.OpenRequests.Count;
        if (open == 0 || (open <= options.Value.Window / 2 && _batch is { StoppedAt: null } batch && batch.Opened < batch.NextRequest))
        {
            _timer?.Change(TimeSpan.Zero, TickPeriod);
        }
    }

    private IJobGrain Job(int request) => GrainFactory.Job(_endpointId, BatchIds.Request(_batchId, request));

    private bool IsOver(long? since, TimeSpan time) => since is not { } timestamp || clock.GetElapsedTime(timestamp) >= time;

    [LoggerMessage(Level = LogLevel.Information, Message = "Batch {BatchKey} is {Status}: {Completed} requests completed, {Failed} did not")]
    private partial void LogEnded(string batchKey, BatchStatus status, int completed, int failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batch {BatchKey} could not go on and will try again")]
    private partial void LogTickFailed(string batchKey, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} could not be submitted and will be tried again")]
    private partial void LogSubmitFailed(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Batch {BatchKey} fails: the store has lost its page {Page}")]
    private partial void LogPageLost(string batchKey, int page);
}
