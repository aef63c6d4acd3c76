using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Queues;

/// <summary>
/// One endpoint's queue. The order is in memory, its durable image in a <see cref="QueueIndex"/>. A job enters the image before memory and
/// leaves memory before the image; after a write that failed, the activation ends and the next one reads the image. Reentrant, so that writes of many callers are under way at once; between two awaits nothing else runs.
/// </summary>
[Reentrant, KeepAlive]
internal sealed partial class QueueGrain(
    IConnectionMultiplexer redis,
    StoreKeys keys,
    ISiloStatusOracle silos,
    TimeProvider clock,
    IOptions<EndpointQueueOptions> options,
    QueueMetrics metrics,
    ILogger<QueueGrain> logger) : Grain, IQueueGrain
{
    private readonly QueueBook _book = new();
    private readonly WorkerRoster _workers = new();
    private readonly LowPriorityGate _gate = new(options.Value.LowPriorityHold, options.Value.LowPriorityPatience);
    private QueueIndex _index = null!;
    private QueueCounters _counters;
    private string _endpointId = null!;
    private long _lastNumber;
    private int _entering;

    // Until every worker has told the new activation that it lives, those of the last one count.
    private int _knownWorkers;
    private DateTimeOffset _knowsAllAt;

    private int Capacity => Math.Max(options.Value.MinCapacity, options.Value.CapacityPerWorker * Math.Max(_workers.Serving, _knownWorkers));

    private DateTimeOffset LeaseEnd => clock.GetUtcNow() + options.Value.Lease;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _endpointId = GrainKeys.SplitQueueKey(this.GetPrimaryKeyString()).EndpointId;
        _index = new QueueIndex(redis, keys, this.GetPrimaryKeyString());

        // Places and leases are numbered epoch × 2^32 + n: larger than all of earlier activations, and exact in a sorted set's double.
        _lastNumber = await _index.NextEpochAsync() << 32;
        _counters = await _index.ReadCountersAsync();
        _knownWorkers = await _index.ReadWorkersAsync();
        _knowsAllAt = clock.GetUtcNow() + (2 * options.Value.Heartbeat);
        await foreach (var (jobId, place) in _index.ReadOpenAsync())
        {
            _book.Add(jobId, place, clock.GetUtcNow());
        }

        _gate.NoteServed(clock.GetUtcNow());
        await RecoverLeasesAsync();
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions(SweepPeriod, SweepPeriod) { Interleave = true });
        this.RegisterGrainTimer(CheckAsync, new GrainTimerCreationOptions(CheckPeriod, CheckPeriod) { Interleave = true });
        if (_book.Waiting + _book.Leased > 0)
        {
            LogRecovered(_endpointId, _book.Waiting, _book.Leased);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.Forget(_endpointId);
        return Task.CompletedTask;
    }

    public async Task<bool> EnqueueAsync(string jobId, bool lowPriority)
    {
        if (_book.Contains(jobId))
        {
            return true;
        }

        if (_book.WaitingOf(lowPriority) + _entering >= Capacity)
        {
            return false;
        }

        var place = QueuePlace.Of(NextNumber(), lowPriority);
        _entering++;
        try
        {
            await StoreAsync(_index.AddAsync(jobId, place));
        }
        finally
        {
            _entering--;
        }

        NoteArrival(lowPriority);
        _book.Add(jobId, place, clock.GetUtcNow());
        Dispatch();
        return true;
    }

    public Task<string[]> SelectWaitingAsync(string[] jobIds) => Task.FromResult(Array.FindAll(jobIds, jobId => _book.TryGetWaiting(jobId, out _)));

    public async Task RemoveAsync(string jobId, JobStatus? outcome)
    {
        // Memory first, so that no worker is given the job while its entry goes.
        if (_book.Remove(jobId, out var entry))
        {
            if (!entry.IsLowPriority)
            {
                _gate.NoteNormal(clock.GetUtcNow());
            }

            _counters = _counters.Count(outcome);
            await StoreAsync(_index.RemoveAsync(jobId, outcome));
        }
    }

    public async Task<Assignment?> TakeAsync(WorkerIdentity worker, long order)
    {
        if (!TryNext(_workers.IdleBesides(worker.GrainKey), out var entry))
        {
            _workers.Note(worker, order, WorkerState.Idle, reason: null, clock.GetUtcNow());
            return null;
        }

        _workers.Note(worker, order, WorkerState.Running, reason: null, clock.GetUtcNow());
        return await LeaseAsync(entry, worker, order);
    }

    public async Task<bool> HeartbeatAsync(WorkerHeartbeat heartbeat)
    {
        _workers.Note(heartbeat.Worker, heartbeat.Order, heartbeat.State, heartbeat.Reason, clock.GetUtcNow());
        var isHeld = heartbeat.Lease is not { } lease || _book.Renew(lease.JobId, lease.LeaseId, LeaseEnd, heartbeat.Order);
        if (heartbeat.Held is { } held)
        {
            await ReturnUnknownAsync(heartbeat, held);
        }

        Dispatch();
        return isHeld;
    }

    public async Task HandBackAsync(Assignment assignment)
    {
        metrics.HandedBack(_endpointId);
        await ReturnAsync(assignment.JobId, assignment.LeaseId, retried: false);
        Dispatch();
    }

    public Task<EndpointHealth> GetHealthAsync() => Task.FromResult(new EndpointHealth
    {
        Completed = _counters.Completed,
        Failed = _counters.Failed,
        Retried = _counters.Retried,
        InProgress = _book.Leased,
        InQueue = _book.Waiting,
        Workers = _workers.CountByState(),
        UnhealthyReasons = _workers.UnhealthyReasons(),
    });

    /// <summary>Gives waiting jobs to idle workers.</summary>
    private void Dispatch()
    {
        while (_workers.IdleBesides(null) is > 0 and var idle && TryNext(idle - 1, out var entry) && _workers.TryTakeIdle(out var worker))
        {
            // Not awaited: the lease, not this call, decides when the job is lost. The lease is in memory before the first await.
            StartAsync(entry, worker).Ignore();
        }
    }

    private bool TryNext(int othersIdle, [NotNullWhen(true)] out QueueEntry? entry)
    {
        var now = clock.GetUtcNow();
        return (_gate.IsOverdue(now) && _book.TryPeek(lowPriority: true, out entry))
            || _book.TryPeek(lowPriority: false, out entry)
            || (_gate.MayGo(now, othersIdle) && _book.TryPeek(lowPriority: true, out entry));
    }

    private void NoteArrival(bool lowPriority)
    {
        if (!lowPriority)
        {
            _gate.NoteNormal(clock.GetUtcNow());
        }
        else if (_book.WaitingOf(lowPriority) == 0)
        {
            _gate.NoteServed(clock.GetUtcNow());
        }
    }

    private async Task StartAsync(QueueEntry entry, WorkerIdentity worker)
    {
        // A heartbeat may be under way that was sent before the worker accepts: the first one that names the lease counts.
        var assignment = await LeaseAsync(entry, worker, order: long.MaxValue);
        var accepted = false;
        try
        {
            accepted = await GrainFactory.Inference(worker.GrainKey).StartAsync(assignment);
        }
        catch (Exception exception)
        {
            // It may have accepted nevertheless: then the job's next attempt fences it.
            LogStartFailed(entry.JobId, worker.GrainKey, exception);
            _workers.Remove(worker.GrainKey);
        }

        if (!accepted)
        {
            await ReturnAsync(entry.JobId, assignment.LeaseId, retried: false);
            Dispatch();
        }
    }

    private async Task<Assignment> LeaseAsync(QueueEntry entry, WorkerIdentity worker, long order)
    {
        if (entry.IsLowPriority)
        {
            _gate.NoteServed(clock.GetUtcNow());
        }

        var lease = new QueueLease(NextNumber(), worker.GrainKey, worker.Silo, LeaseEnd, order);
        _book.Lease(entry, lease);
        await StoreAsync(_index.LeaseAsync(entry.JobId, lease));
        return new Assignment { EndpointId = _endpointId, JobId = entry.JobId, LeaseId = lease.LeaseId };
    }

    private async Task ReturnAsync(string jobId, long leaseId, bool retried)
    {
        if (!_book.Return(jobId, leaseId))
        {
            return;
        }

        await StoreAsync(_index.ReturnAsync(jobId, retried));
        if (retried)
        {
            _counters = _counters with { Retried = _counters.Retried + 1 };
        }
    }

    private async Task StoreAsync(Task write)
    {
        try
        {
            await write;
        }
        catch
        {
            // Nobody knows whether the write was applied: the next activation reads what the store holds.
            DeactivateOnIdle();
            throw;
        }
    }

    private long NextNumber() => ++_lastNumber;

    [LoggerMessage(Level = LogLevel.Information, Message = "Queue of {EndpointId} recovered {Waiting} waiting and {Leased} running jobs")]
    private partial void LogRecovered(string endpointId, int waiting, int leased);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} could not be given to worker {WorkerKey}")]
    private partial void LogStartFailed(string jobId, string workerKey, Exception exception);
}
