namespace RunPod.Contracts.Batches;

/// <summary>What came of an operation on a batch.</summary>
public enum BatchOutcome
{
    /// <summary>It is done, or had been done before.</summary>
    Done = 0,

    /// <summary>There is no such batch, or it belongs to somebody else.</summary>
    UnknownBatch = 1,

    /// <summary>The batch has no such request.</summary>
    UnknownRequest = 2,

    /// <summary>The batch is no longer a DRAFT.</summary>
    NotDraft = 3,

    /// <summary>The batch has no request.</summary>
    Empty = 4,

    /// <summary>The batch would have more requests than <see cref="BatchOptions.MaxRequests"/>.</summary>
    TooManyRequests = 5,

    /// <summary>The user has <see cref="BatchOptions.MaxActive"/> active batches on the endpoint.</summary>
    TooManyBatches = 6,

    /// <summary>More than <see cref="BatchOptions.MaxQueued"/> requests would be under way.</summary>
    TooManyQueued = 7,
}
