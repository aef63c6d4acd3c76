using RunPod.Contracts;
using RunPod.Contracts.Queues;

namespace RunPod.Tests.Support;

/// <summary>Makes the queue of one endpoint answer its workers only after <see cref="Release"/>, and counts what reaches the others.</summary>
internal sealed class HangingQueue(string endpoint) : IIncomingGrainCallFilter
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public volatile bool Hangs;

    /// <summary>Counts the heartbeats that have reached other queues while this one hangs.</summary>
    public SemaphoreSlim OtherHeartbeats { get; } = new(0);

    public void Release()
    {
        Hangs = false;
        _released.TrySetResult();
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (Hangs && context.InterfaceMethod.DeclaringType == typeof(IQueueGrain) && context.InterfaceMethod.Name is nameof(IQueueGrain.TakeAsync) or nameof(IQueueGrain.HeartbeatAsync))
        {
            if (GrainKeys.SplitQueueKey(context.TargetId.Key.ToString()!).EndpointId == endpoint)
            {
                await _released.Task;
            }
            else if (context.InterfaceMethod.Name == nameof(IQueueGrain.HeartbeatAsync))
            {
                OtherHeartbeats.Release();
            }
        }

        await context.Invoke();
    }
}
