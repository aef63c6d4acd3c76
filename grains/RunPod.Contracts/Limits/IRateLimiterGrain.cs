using Orleans.Concurrency;

namespace RunPod.Contracts.Limits;

/// <summary>
/// One user's limit on one operation: requests in a sliding window, and requests at the same time. Keyed by <see cref="GrainKeys"/>.
/// After the loss of its silo the window is the store's, which has it as of the last second; the places are free.
/// </summary>
[Alias("runpod.IRateLimiterGrain")]
public interface IRateLimiterGrain : IGrainWithStringKey
{
    /// <summary>Counts a request in and takes a place among those running, or says why not. A rejected request is not counted.</summary>
    [Alias("Acquire")]
    Task<RateDecision> AcquireAsync();

    /// <summary>Keeps a running request's place for another lease.</summary>
    [OneWay, Alias("Renew")]
    Task RenewAsync(long permitId);

    /// <summary>Gives a running request's place back.</summary>
    [OneWay, Alias("Release")]
    Task ReleaseAsync(long permitId);
}
