using RunPod.Contracts.Queues;
using RunPod.Grains.Endpoints;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>One endpoint as a worker serves it: loading, ready with a model, or unhealthy with the reason.</summary>
internal sealed class WorkerEndpoint(ServedEndpoint endpoint)
{
    public ServedEndpoint Endpoint { get; } = endpoint;

    public string Id => Endpoint.Id;

    public IModelRuntime? Runtime { get; set; }

    public string? UnhealthyReason { get; set; }

    /// <summary>Whether its queue did not answer in time and has not since: the worker asks it for nothing until it does.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether the worker is asking its queue for a job, so that it may hold a lease that it does not know of yet.</summary>
    public bool IsAsked { get; set; }

    /// <summary>What the endpoint's queue is told while the worker is at an attempt, or at none; one that stops takes nothing after it.</summary>
    public WorkerState StateDuring(RunningAttempt? attempt, bool isStopping) => this switch
    {
        { UnhealthyReason: not null } => WorkerState.Unhealthy,
        { Runtime: null } => WorkerState.Initializing,
        _ when attempt?.Assignment.EndpointId == Id => WorkerState.Running,
        _ => attempt is null && !isStopping ? WorkerState.Idle : WorkerState.Throttled,
    };
}
