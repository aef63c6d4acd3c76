using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>Where the requests of a finalized batch stand, in memory: their results, how many are in which state, and which are open. No clock, no I/O.</summary>
internal sealed class BatchProgress
{
    private readonly BatchState _batch;
    private readonly RequestResult[][] _pages;
    private readonly SortedSet<int> _open = [];
    private readonly HashSet<int> _dirty = [];
    private BatchCounts _counts;

    /// <param name="batch">The state from which the pages come; they are fixed.</param>
    /// <param name="stored">The stored results of each page; null where there are none.</param>
    public BatchProgress(BatchState batch, IReadOnlyList<BatchResults?> stored)
    {
        _batch = batch;
        _pages = [.. batch.Pages.Select((page, i) => stored[i]?.Requests ?? new RequestResult[page.Count])];
        foreach (var request in BatchTransitions.LiveRequests(batch, 0, batch.NextRequest))
        {
            Count(Get(request).Status, 1);
        }

        Open(0, batch.Opened);
    }

    /// <summary>The progress of a batch none of whose requests was opened.</summary>
    public static BatchProgress OfNothing(BatchState batch) => new(batch, new BatchResults?[batch.Pages.Length]);

    /// <summary>Requests that may have a job and have not ended, in the order of their numbers.</summary>
    public IReadOnlySet<int> OpenRequests => _open;

    /// <summary>Pages, by their place, with results that the store lacks.</summary>
    public IReadOnlySet<int> DirtyPages => _dirty;

    /// <summary>Opens requests; returns those that have not ended.</summary>
    public IReadOnlyList<int> Open(int from, int to)
    {
        var opened = BatchTransitions.LiveRequests(_batch, from, to).Where(request => !Get(request).Status.IsTerminal()).ToArray();
        _open.UnionWith(opened);
        return opened;
    }

    /// <summary>Notes where a request stands. The first end counts; whatever comes after it is ignored. False if nothing changed.</summary>
    public bool Record(int request, RequestResult result)
    {
        if (PlaceOf(request) is not { } place || _batch.Pages[place].IsRemoved(request))
        {
            return false;
        }

        ref var known = ref _pages[place][request - _batch.Pages[place].First];
        if (known == result || known.Status.IsTerminal())
        {
            return false;
        }

        Count(known.Status, -1);
        Count(result.Status, 1);
        known = result;
        if (result.Status.IsTerminal())
        {
            _open.Remove(request);
            _dirty.Add(place);
        }

        return true;
    }

    public RequestResult Get(int request)
    {
        var place = PlaceOf(request) ?? throw new ArgumentOutOfRangeException(nameof(request), request, "The batch has no such request.");
        return _pages[place][request - _batch.Pages[place].First];
    }

    /// <summary>Where a request stands, as of a state of the batch: what a stopped batch never opened is cancelled.</summary>
    public RequestResult Get(int request, BatchState now) =>
        now.StoppedAt is { } stoppedAt && request >= now.Opened ? new RequestResult(JobStatus.Cancelled, StartedAt: null, stoppedAt) : Get(request);

    /// <summary>The counts as of a state of the batch.</summary>
    public BatchCounts CountsOf(BatchState now)
    {
        var unopened = now.StoppedAt is null ? 0 : BatchTransitions.LiveRequests(now, now.Opened, now.NextRequest).Count();
        return _counts with { Failed = _counts.Failed + unopened, Cancelled = _counts.Cancelled + unopened };
    }

    /// <summary>The results of a page, to be stored; it is clean from now on.</summary>
    public BatchResults TakeDirty(int place)
    {
        _dirty.Remove(place);
        return new BatchResults { Requests = [.. _pages[place]] };
    }

    private void Count(JobStatus status, int by) => _counts = status switch
    {
        JobStatus.InProgress => _counts with { InProgress = _counts.InProgress + by },
        JobStatus.Completed => _counts with { Completed = _counts.Completed + by },
        JobStatus.Failed or JobStatus.TimedOut => _counts with { Failed = _counts.Failed + by },
        JobStatus.Cancelled => _counts with { Failed = _counts.Failed + by, Cancelled = _counts.Cancelled + by },
        _ => _counts,
    };

    private int? PlaceOf(int request)
    {
        var (low, high) = (0, _batch.Pages.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var page = _batch.Pages[middle];
            if (request < page.First)
            {
                high = middle - 1;
            }
            else if (request >= page.End)
            {
                low = middle + 1;
            }
            else
            {
                return middle;
            }
        }

        return null;
    }
}
