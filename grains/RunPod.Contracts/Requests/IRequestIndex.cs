namespace RunPod.Contracts.Requests;

/// <summary>A user's jobs of an endpoint, open and ended, as long as they are kept.</summary>
public interface IRequestIndex
{
    /// <summary>Job ids, newest first.</summary>
    /// <param name="endpointId">The endpoint.</param>
    /// <param name="userId">The user.</param>
    /// <param name="offset">How many of the newest to leave out.</param>
    /// <param name="limit">How many to return at most.</param>
    Task<RequestPage> ListAsync(string endpointId, string userId, long offset, int limit);

    /// <summary>Takes entries out whose job does not exist, unless they are so young that the job may be about to.</summary>
    Task DropMissingAsync(string endpointId, string userId, IReadOnlyCollection<string> jobIds);
}
