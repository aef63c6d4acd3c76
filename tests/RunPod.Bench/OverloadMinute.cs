using System.Collections.Concurrent;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>What came back in a minute of the overload.</summary>
internal sealed class OverloadMinute(int users)
{
    private readonly int[] _accepted = new int[users];
    private int _offered;

    public int Offered => _offered;

    public IReadOnlyList<int> Accepted => _accepted;

    /// <summary>How many were answered otherwise, by status and code.</summary>
    public ConcurrentDictionary<string, int> Refused { get; } = [];

    public LongConcurrentHistogram Latencies { get; } = new(1, TimeSpan.FromMinutes(5).Ticks, 3);

    /// <summary>The longest that the queue was seen.</summary>
    public long Queued { get; set; }

    public void Offer() => Interlocked.Increment(ref _offered);

    public void Accept(int user, TimeSpan latency)
    {
        Interlocked.Increment(ref _accepted[user]);
        Latencies.RecordValue(Math.Max(1, latency.Ticks));
    }

    public void Refuse(string how) => Refused.AddOrUpdate(how, 1, (_, count) => count + 1);
}
