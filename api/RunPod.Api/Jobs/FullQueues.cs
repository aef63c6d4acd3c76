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
    private readonly ConcurrentDictionary<string, long> _since = [];

    public bool Contains(string endpointId) => _since.TryGetValue(endpointId, out var since) && clock.GetElapsedTime(since) < options.Value.FullQueueHold;

    public void Add(string endpointId) => _since[endpointId] = clock.GetTimestamp();

    public void Remove(string endpointId) => _since.TryRemove(endpointId, out _);
}
