using Orleans.Concurrency;

namespace RunPod.Contracts.Batches;

/// <summary>A user's batches of an endpoint, keyed <c>endpoint/user</c>: lists them, and lets no more begin than the limits allow, one call at a time.</summary>
[Alias("runpod.IBatchListGrain")]
public interface IBatchListGrain : IGrainWithStringKey
{
    /// <summary>Creates a batch. It is in the store when this returns.</summary>
    /// <param name="creation">The batch.</param>
    /// <param name="cancellationToken">Nobody waits any more: then nothing is begun, and a provisional batch goes again.</param>
    [Alias("Create")]
    Task<BatchAnswer> CreateAsync(BatchCreation creation, CancellationToken cancellationToken = default);

    /// <summary>Fixes the requests of a batch and lets them run; one that is FINALIZED or COMPLETED already stays as it is.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="webhook">Where its end is announced; null for nowhere.</param>
    [Alias("Finalize")]
    Task<BatchAnswer> FinalizeAsync(string batchId, string? webhook);

    /// <summary>The user's batches, newest first. It looks at no more of them than it returns.</summary>
    [AlwaysInterleave, ReadOnly, Alias("List")]
    Task<BatchListPage> ListAsync(BatchListQuery query, CancellationToken cancellationToken = default);
}
