using System.Numerics;

namespace RunPod.Grains.Batches;

/// <summary>What the batch's state says of one stored page of requests.</summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchPage")]
internal sealed record BatchPage
{
    /// <summary>The page's own number; it is used once.</summary>
    [Id(0)] public required int Number { get; init; }

    /// <summary>The number of its first request; the others follow without a gap.</summary>
    [Id(1)] public required int First { get; init; }

    /// <summary>How many requests it holds, removed ones included.</summary>
    [Id(2)] public required int Count { get; init; }

    /// <summary>About how many bytes they have.</summary>
    [Id(3)] public required int Bytes { get; init; }

    /// <summary>A bit for each request that was removed, the first one's lowest.</summary>
    [Id(4)] public ulong Removed { get; init; }

    /// <summary>The number after its last request.</summary>
    public int End => First + Count;

    /// <summary>How many requests were not removed.</summary>
    public int Live => Count - BitOperations.PopCount(Removed);

    public bool IsRemoved(int request) => (Removed & Bit(request)) != 0;

    public BatchPage Remove(int request) => this with { Removed = Removed | Bit(request) };

    /// <summary>The numbers of the requests that were not removed.</summary>
    public IEnumerable<int> LiveRequests() => Enumerable.Range(First, Count).Where(request => !IsRemoved(request));

    private ulong Bit(int request) => 1UL << (request - First);
}
