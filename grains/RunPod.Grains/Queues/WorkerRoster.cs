using System.Diagnostics.CodeAnalysis;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Queues;

/// <summary>The workers that serve an endpoint, as their heartbeats tell. The one that has been idle longest comes first.</summary>
internal sealed class WorkerRoster
{
    private readonly Dictionary<string, Entry> _workers = [];
    private readonly LinkedList<Entry> _idle = new();

    /// <summary>Workers that can run this endpoint's jobs, now or after what they are doing.</summary>
    public int Serving => _workers.Values.Count(worker => worker.State is not (WorkerState.Initializing or WorkerState.Unhealthy));

    /// <summary>Idle workers besides one.</summary>
    public int IdleBesides(string? workerKey) =>
        _idle.Count - (workerKey is not null && _workers.TryGetValue(workerKey, out var entry) && entry.Node.List is not null ? 1 : 0);

    /// <summary>Notes what a worker does, unless a later message of the worker has come already.</summary>
    public void Note(WorkerIdentity worker, long order, WorkerState state, string? reason, DateTimeOffset now)
    {
        if (!_workers.TryGetValue(worker.GrainKey, out var entry))
        {
            _workers.Add(worker.GrainKey, entry = new Entry(worker));
        }

        entry.SeenAt = now;
        if (order < entry.Order)
        {
            return;
        }

        (entry.State, entry.Reason, entry.Order) = (state, reason, order);
        if (state == WorkerState.Idle && entry.Node.List is null)
        {
            _idle.AddLast(entry.Node);
        }
        else if (state != WorkerState.Idle && entry.Node.List is not null)
        {
            _idle.Remove(entry.Node);
        }
    }

    /// <summary>Takes the worker that has been idle longest and notes it as running.</summary>
    public bool TryTakeIdle([NotNullWhen(true)] out WorkerIdentity? worker)
    {
        worker = null;
        if (_idle.First is not { } node)
        {
            return false;
        }

        _idle.RemoveFirst();
        node.Value.State = WorkerState.Running;
        worker = node.Value.Worker;
        return true;
    }

    public void Remove(string workerKey)
    {
        if (_workers.Remove(workerKey, out var entry) && entry.Node.List is not null)
        {
            _idle.Remove(entry.Node);
        }
    }

    /// <summary>Forgets workers that have been silent since a time, or whose silo is dead.</summary>
    public void RemoveLost(DateTimeOffset silentSince, Func<SiloAddress, bool> isDead)
    {
        foreach (var entry in _workers.Values.Where(entry => entry.SeenAt < silentSince || isDead(entry.Worker.Silo)).ToArray())
        {
            Remove(entry.Worker.GrainKey);
        }
    }

    public Dictionary<WorkerState, int> CountByState() => _workers.Values.GroupBy(worker => worker.State).ToDictionary(group => group.Key, group => group.Count());

    public string[] UnhealthyReasons() => [.. _workers.Values.Where(worker => worker.State == WorkerState.Unhealthy).Select(worker => worker.Reason).OfType<string>().Distinct()];

    private sealed class Entry
    {
        public Entry(WorkerIdentity worker)
        {
            Worker = worker;
            Node = new LinkedListNode<Entry>(this);
        }

        public WorkerIdentity Worker { get; }

        public LinkedListNode<Entry> Node { get; }

        public WorkerState State { get; set; }

        public string? Reason { get; set; }

        public long Order { get; set; }

        public DateTimeOffset SeenAt { get; set; }
    }
}
