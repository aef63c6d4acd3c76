using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>The requests of a finalized batch and their jobs.</summary>
internal sealed partial class BatchGrain
{
    private const int Parallelism = 32;

    private readonly SortedSet<int> _unsubmitted = [];
    private long? _refusedAt;

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

    /// <summary>
    /// Asks the open jobs where they stand: one that is not there is to be submitted. In a stopped batch those that wait are cancelled.
    /// False if some did not answer, which holds up none of the others.
    /// </summary>
    private async Task<bool> CheckAsync(BatchProgress progress)
    {
        Exception? failure = null;
        var isStopped = _batch!.StoppedAt is not null;
        Func<int, Task> check = isStopped ? CancelQueuedAsync : AskAsync;
        foreach (var chunk in progress.OpenRequests.Where(request => isStopped || !_unsubmitted.Contains(request)).Chunk(Parallelism).ToArray())
        {
            await Task.WhenAll(chunk.Select(TryAsync));
        }

        if (failure is not null)
        {
            LogCheckFailed(Key, failure);
        }

        return failure is null;

        async Task TryAsync(int request)
        {
            try
            {
                await check(request);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
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

            var outcomes = await Task.WhenAll(group.Select(request => SubmitAsync(request, inputs[request - group.Key.First])));
            if (outcomes.Any(outcome => outcome != SubmitOutcome.Accepted))
            {
                _refusedAt = clock.GetTimestamp();
            }

            if (outcomes.Contains(SubmitOutcome.QueueFull))
            {
                return;
            }
        }
    }

    /// <summary>Null if it failed, which holds up none of the others.</summary>
    private async Task<SubmitOutcome?> SubmitAsync(int request, JobSubmission submission)
    {
        try
        {
            var outcome = await Job(request).SubmitAsync(submission with { LowPriority = true, BatchId = _batchId, Retention = _batch!.Retention });
            if (outcome == SubmitOutcome.Accepted)
            {
                _unsubmitted.Remove(request);
            }

            return outcome;
        }
        catch (Exception exception)
        {
            LogSubmitFailed(BatchIds.Request(_batchId, request), exception);
            return null;
        }
    }

    private IJobGrain Job(int request) => GrainFactory.Job(_endpointId, BatchIds.Request(_batchId, request));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} could not be submitted and will be tried again")]
    private partial void LogSubmitFailed(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some jobs of batch {BatchKey} did not say where they stand and will be asked again")]
    private partial void LogCheckFailed(string batchKey, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Batch {BatchKey} fails: the store has lost its page {Page}")]
    private partial void LogPageLost(string batchKey, int page);
}
