using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;

namespace RunPod.Api.Jobs;

/// <summary>
/// The endpoints whose queue was full a moment ago. Under overload most jobs are refused for it, and each that is asked for costs a job in memory and
/// the turns of a queue that the accepted ones wait for.
/// </summary>
internal sealed class FullQueues(IOptions<RequestOptions> options, TimeProvider clock)
{
    // A queue has room for jobs of either priority by themselves.
    private readonly ConcurrentDictionary<(string EndpointId, bool LowPriority), long> _since = [];

    public bool Contains(string endpointId, bool lowPriority) =>
        _since.TryGetValue((endpointId, lowPriority), out var since) && clock.GetElapsedTime(since) < options.Value.FullQueueHold;

    public void Add(string endpointId, bool lowPriority) => _since[(endpointId, lowPriority)] = clock.GetTimestamp();

    public void Remove(string endpointId)
    {
        _since.TryRemove((endpointId, false), out _);
        _since.TryRemove((endpointId, true), out _);
    }
}
