using Microsoft.Extensions.Logging;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Queues;

/// <summary>What the queue does by itself: leases that have ended, workers that are gone, and what another activation has stored.</summary>
internal sealed partial class QueueGrain
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(10);

    private bool _differed;

    private async Task RecoverLeasesAsync()
    {
        foreach (var (jobId, lease) in await _index.ReadLeasesAsync(LeaseEnd))
        {
            if (_book.TryGetWaiting(jobId, out var entry))
            {
                _book.Lease(entry, lease);
            }
            else
            {
                await _index.ReturnAsync(jobId, retried: false);
            }
        }

        await SweepAsync();
    }

    private async Task SweepAsync()
    {
        var now = clock.GetUtcNow();
        _workers.RemoveLost(now - options.Value.Lease, silos.IsDeadSilo);
        foreach (var (jobId, lease) in _book.LeasedWhere(lease => lease.EndsAt <= now || silos.IsDeadSilo(lease.Silo)))
        {
            LogLeaseLost(jobId, lease.WorkerKey);
            await ReturnAsync(jobId, lease.LeaseId, retried: true);
        }

        NoteWorkers(now);
        Dispatch();
        metrics.Note(_endpointId, await GetHealthAsync(), now - (_book.OldestArrival() ?? now));
    }

    /// <summary>Gives jobs back whose worker does not know of its lease: the answer to its asking was lost or came too late, or it has let the job go. Nothing was lost with it.</summary>
    private async Task ReturnUnknownAsync(WorkerHeartbeat heartbeat, long[] held)
    {
        var workerKey = heartbeat.Worker.GrainKey;
        foreach (var (jobId, lease) in _book.LeasedWhere(lease => lease.Order < heartbeat.Order && lease.WorkerKey == workerKey && !held.Contains(lease.LeaseId)))
        {
            LogLeaseUnknown(jobId, workerKey);
            await ReturnAsync(jobId, lease.LeaseId, retried: false);
        }
    }

    private void NoteWorkers(DateTimeOffset now)
    {
        if (now >= _knowsAllAt && _workers.Serving != _knownWorkers)
        {
            _index.NoteWorkers(_knownWorkers = _workers.Serving);
        }
    }

    /// <summary>
    /// Compares memory with its image. A silo that was frozen, and does not know yet that it counts as dead, may have taken a job in after this
    /// activation had read the image. A difference that lasts ends the activation, and the next one reads again.
    /// </summary>
    private async Task CheckAsync()
    {
        // The store answers in order, so that it counts what is here now and what is on its way.
        var expected = _book.Open + _entering;
        var stored = await _index.CountAsync();
        if (stored == expected)
        {
            _differed = false;
        }
        else if (!_differed)
        {
            _differed = true;
        }
        else
        {
            LogDiffers(_endpointId, expected, stored);
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {WorkerKey} lost job {JobId}, which returns to the head of the queue")]
    private partial void LogLeaseLost(string jobId, string workerKey);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerKey} does not hold job {JobId}, which returns to the head of the queue")]
    private partial void LogLeaseUnknown(string jobId, string workerKey);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queue of {EndpointId} has {Expected} open jobs in memory and {Stored} in the store, which it reads again")]
    private partial void LogDiffers(string endpointId, int expected, long stored);
}
