using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>
/// What the store holds of a batch besides its pages. A request is known by its number, which it gets when it is added and keeps; the numbers of removed ones
/// are not used again.
/// </summary>
[GenerateSerializer, Immutable, Alias("runpod.BatchState")]
internal sealed record BatchState
{
    // The state, its results, and its entries in the indexes.
    private const int Overhead = 4 * 1024;

    [Id(0)] public required string UserId { get; init; }

    [Id(1)] public required BatchStatus Status { get; init; }

    [Id(2)] public string? Name { get; init; }

    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a DRAFT was last changed.</summary>
    [Id(4)] public required DateTimeOffset TouchedAt { get; init; }

    /// <summary>How long the batch is kept after its end, and its jobs after theirs.</summary>
    [Id(5)] public required TimeSpan Retention { get; init; }

    /// <summary>The pages, in the order of their requests.</summary>
    [Id(6)] public BatchPage[] Pages { get; init; } = [];

    /// <summary>Pages from this number on were never written; any below it may be in the store.</summary>
    [Id(7)] public int NextPage { get; init; }

    /// <summary>The number of the next request.</summary>
    [Id(8)] public int NextRequest { get; init; }

    /// <summary>Requests from this number on have no job; any below it may have one.</summary>
    [Id(9)] public int Opened { get; init; }

    [Id(10)] public DateTimeOffset? FinalizedAt { get; init; }

    /// <summary>Since when no more requests begin.</summary>
    [Id(11)] public DateTimeOffset? StoppedAt { get; init; }

    [Id(12)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The final counts; while the batch runs they come from its results.</summary>
    [Id(13)] public BatchCounts Counts { get; init; }

    /// <summary>Why the batch itself failed.</summary>
    [Id(14)] public string? Error { get; init; }

    [Id(15)] public string? Webhook { get; init; }

    /// <summary>Until when a provisional batch waits to be kept; null once it is.</summary>
    [Id(16)] public DateTimeOffset? KeepBy { get; init; }

    /// <summary>The last additions that may come again; null for none.</summary>
    [Id(17)] public Guid[]? Additions { get; init; }

    /// <summary>How many requests the batch has.</summary>
    public int Total => Pages.Sum(page => page.Live);

    public bool IsTerminal => Status.IsTerminal();

    /// <summary>When the batch is deleted unless something happens; null while it runs.</summary>
    public DateTimeOffset? ExpiresAt => Status == BatchStatus.Finalized ? null : KeepBy ?? (EndedAt ?? TouchedAt) + Retention;

    /// <summary>
    /// What the batch costs the store: its requests, and something for itself. After its end only the jobs have requests, about those of the pages
    /// that were opened.
    /// </summary>
    public long Bytes => Overhead + Pages.Where(page => !IsTerminal || page.First < Opened).Sum(page => (long)page.Bytes);

    /// <summary>The page of a request that was not removed.</summary>
    public BatchPage? Find(int request) => Array.Find(Pages, page => request >= page.First && request < page.End && !page.IsRemoved(request));

    public BatchSnapshot ToSnapshot(string batchId, BatchCounts counts) => new()
    {
        BatchId = batchId,
        UserId = UserId,
        Name = Name,
        Status = Status,
        Total = Total,
        Counts = counts,
        CreatedAt = CreatedAt,
        FinalizedAt = FinalizedAt,
        EndedAt = EndedAt,
        Error = Error,
        IsProvisional = KeepBy is not null,
    };
}
