using Microsoft.Extensions.Logging;
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

    private BatchProgress? _progress;
    private IGrainTimer? _timer;
    private long? _checkedAt;
    private TimeSpan _checkAgain = CheckPeriod;
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
            if (IsOver(_checkedAt, _checkAgain))
            {
                _checkAgain = await CheckAsync(progress) ? CheckPeriod : Pause;
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
        await Task.WhenAll(
            expiry.AddAsync(Key, ended.ExpiresAt!.Value),
            index.AddEndedAsync(_endpointId, ended.UserId, _batchId, ended.Status, ended.CreatedAt),
            webhook is { } entered ? outbox.EnterAsync(entered) : Task.CompletedTask);
        await WriteAsync(ended);
        _timer?.Dispose();
        index.RemoveActive(_endpointId, ended.UserId, _batchId);
        ForgetWake(ended.ExpiresAt.Value);
        metrics.BatchFinished(_endpointId, ended.Status);
        LogEnded(Key, ended.Status, ended.Counts.Completed, ended.Counts.Failed);
        DeactivateOnIdle();
        await DropInputsAsync(ended);
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

    private bool IsOver(long? since, TimeSpan time) => since is not { } timestamp || clock.GetElapsedTime(timestamp) >= time;

    [LoggerMessage(Level = LogLevel.Information, Message = "Batch {BatchKey} is {Status}: {Completed} requests completed, {Failed} did not")]
    private partial void LogEnded(string batchKey, BatchStatus status, int completed, int failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Batch {BatchKey} could not go on and will try again")]
    private partial void LogTickFailed(string batchKey, Exception exception);
}
