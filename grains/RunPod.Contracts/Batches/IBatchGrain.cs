using Orleans.Concurrency;
using RunPod.Contracts.Jobs;

namespace RunPod.Contracts.Batches;

/// <summary>One batch, keyed <c>endpoint/batch</c>: its requests while it is a DRAFT, then making them jobs a few at a time and counting how they end.</summary>
[Alias("runpod.IBatchGrain")]
public interface IBatchGrain : IGrainWithStringKey
{
    /// <summary>Creates the batch; <see cref="IBatchListGrain.CreateAsync"/> calls it.</summary>
    [Alias("Create")]
    Task<BatchAnswer> CreateAsync(BatchCreation creation);

    /// <summary>Keeps a provisional batch: its creator is still there. Unknown if it was too late.</summary>
    [Alias("Keep")]
    Task<BatchAnswer> KeepAsync(string userId);

    /// <summary>The batch as it is; null if there is none (never was, or expired).</summary>
    [AlwaysInterleave, ReadOnly, Alias("Get")]
    Task<BatchSnapshot?> GetAsync();

    /// <summary>Adds requests to a DRAFT: all of them, or none. They are in the store when this returns.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="additionId">What tells this addition from others, so that it may come again; null if it will not.</param>
    [Alias("Append")]
    Task<BatchAnswer> AppendAsync(string userId, JobSubmission[] requests, Guid? additionId = null);

    /// <summary>Takes a request out of a DRAFT.</summary>
    [Alias("RemoveRequest")]
    Task<BatchAnswer> RemoveRequestAsync(string userId, string requestId);

    /// <summary>Gives the batch a name, or takes it away.</summary>
    [Alias("Rename")]
    Task<BatchAnswer> RenameAsync(string userId, string? name);

    /// <summary>Fixes the requests and lets them run; <see cref="IBatchListGrain.FinalizeAsync"/> calls it.</summary>
    [Alias("Finalize")]
    Task<BatchAnswer> FinalizeAsync(string userId, string? webhook);

    /// <summary>Cancels the requests that do not run yet; CANCELLED when those that run have ended. A batch that has ended stays as it is, a provisional one goes.</summary>
    [Alias("Cancel")]
    Task<BatchAnswer> CancelAsync(string userId);

    /// <summary>Requests of the batch in the order in which they were added; null if there is no such batch of the user.</summary>
    [Alias("ListRequests")]
    Task<BatchRequestPage?> ListRequestsAsync(string userId, BatchRequestQuery query);

    /// <summary>A job of the batch tells where it stands. May be lost, late or twice: the batch asks its open jobs every now and then.</summary>
    [OneWay, AlwaysInterleave, Alias("Note")]
    Task NoteAsync(BatchRequestNote note);

    /// <summary>Called when a deadline may have passed: wakes a batch that runs, deletes one whose retention is over. False if it must be called again.</summary>
    [Alias("Expire")]
    Task<bool> ExpireAsync();
}
