using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>The batch's state machine. No clock, no I/O; what changes nothing returns the same instance.</summary>
internal static class BatchTransitions
{
    // A client that sends one again does so long before as many others.
    private const int RememberedAdditions = 256;

    public static BatchState Create(string userId, string? name, TimeSpan retention, DateTimeOffset now) => new()
    {
        UserId = userId,
        Status = BatchStatus.Draft,
        Name = name,
        CreatedAt = now,
        TouchedAt = now,
        Retention = retention,
    };

    /// <summary>Takes numbers for pages that are about to be written. A page whose number no state names is found at the batch's end by them.</summary>
    public static BatchState Reserve(BatchState state, int pages) => state with { NextPage = state.NextPage + pages };

    /// <summary>Keeps a provisional batch.</summary>
    public static BatchState Keep(BatchState state) => state.KeepBy is null ? state : state with { KeepBy = null };

    /// <summary>Adds pages, in place of the last one if they begin where it does.</summary>
    public static BatchState Append(BatchState state, IReadOnlyList<BatchPage> pages, DateTimeOffset now, Guid? additionId = null)
    {
        if (state.Status != BatchStatus.Draft || pages.Count == 0)
        {
            return state;
        }

        var replaced = state.Pages is [.., var last] && last.First == pages[0].First ? last : null;
        return state with
        {
            Pages = [.. replaced is null ? state.Pages : state.Pages[..^1], pages[0] with { Removed = replaced?.Removed ?? 0 }, .. pages.Skip(1)],
            NextRequest = pages[^1].End,
            TouchedAt = now,
            Additions = additionId is { } id ? [.. (state.Additions ?? []).TakeLast(RememberedAdditions - 1), id] : state.Additions,
        };
    }

    /// <summary>Removes a request, and its page with its last one.</summary>
    public static BatchState Remove(BatchState state, int request, DateTimeOffset now)
    {
        if (state.Status != BatchStatus.Draft || state.Find(request) is not { } page)
        {
            return state;
        }

        return state with
        {
            Pages = [.. state.Pages.Select(other => other == page ? page.Remove(request) : other).Where(other => other.Live > 0)],
            TouchedAt = now,
        };
    }

    public static BatchState Rename(BatchState state, string? name, DateTimeOffset now) =>
        state.Name == name ? state : state with { Name = name, TouchedAt = now };

    public static BatchState Finalize(BatchState state, string? webhook, DateTimeOffset now) =>
        state is { Status: BatchStatus.Draft, Pages.Length: > 0 } ? state with { Status = BatchStatus.Finalized, FinalizedAt = now, Webhook = webhook } : state;

    /// <summary>Lets the next requests have jobs, as many as there is room for.</summary>
    public static BatchState Open(BatchState state, int room)
    {
        if (state is not { Status: BatchStatus.Finalized, StoppedAt: null } || room <= 0 || state.Opened >= state.NextRequest)
        {
            return state;
        }

        var next = LiveRequests(state, state.Opened, state.NextRequest).Take(room).ToArray();
        return state with { Opened = next.Length < room ? state.NextRequest : next[^1] + 1 };
    }

    /// <summary>Lets no more requests begin: the client cancelled, or the batch cannot go on.</summary>
    public static BatchState Stop(BatchState state, DateTimeOffset now, string? error = null) =>
        state.IsTerminal || state.StoppedAt is not null ? state : state with { StoppedAt = now, Error = error };

    /// <summary>Ends a batch none of whose requests is open.</summary>
    public static BatchState End(BatchState state, BatchCounts counts, DateTimeOffset now) => state.IsTerminal ? state : state with
    {
        Status = state switch
        {
            { Error: not null } => BatchStatus.Failed,
            { StoppedAt: not null } => BatchStatus.Cancelled,
            _ => BatchStatus.Completed,
        },
        Counts = counts,
        EndedAt = now,
    };

    /// <summary>The requests from one number up to another that were not removed.</summary>
    public static IEnumerable<int> LiveRequests(BatchState state, int from, int to) =>
        state.Pages.Where(page => page.End > from && page.First < to).SelectMany(page => page.LiveRequests()).Where(request => request >= from && request < to);
}
