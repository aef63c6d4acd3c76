using System.Collections.Concurrent;
using HdrHistogram;

namespace RunPod.Bench;

/// <summary>What came back in a minute of the overload.</summary>
internal sealed class OverloadMinute(int users)
{
    private readonly int[] _passed = new int[users];
    private int _offered;
    private int _accepted;

    public int Offered => _offered;

    public int Accepted => _accepted;

    /// <summary>How many of a user's requests the limit let pass; the queue may have been full.</summary>
    public IReadOnlyList<int> Passed => _passed;

    /// <summary>How many were answered otherwise, by status and code.</summary>
    public ConcurrentDictionary<string, int> Refused { get; } = [];

    public LongConcurrentHistogram Latencies { get; } = new(1, TimeSpan.FromMinutes(5).Ticks, 3);

    /// <summary>The longest that the queue was seen.</summary>
    public long Queued { get; set; }

    public void Offer() => Interlocked.Increment(ref _offered);

    public void Pass(int user) => Interlocked.Increment(ref _passed[user]);

    public void Accept(TimeSpan latency)
    {
        Interlocked.Increment(ref _accepted);
        Latencies.RecordValue(Math.Max(1, latency.Ticks));
    }

    public void Refuse(string how) => Refused.AddOrUpdate(how, 1, (_, count) => count + 1);
}
