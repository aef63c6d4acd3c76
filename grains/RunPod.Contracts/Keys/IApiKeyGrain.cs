using Orleans.Concurrency;

namespace RunPod.Contracts.Keys;

/// <summary>One API key, keyed by the id that the key carries. Only a hash of the secret is stored.</summary>
[Alias("runpod.IApiKeyGrain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>Stores the key. An id that exists already is a bug of the caller.</summary>
    [Alias("Create")]
    Task CreateAsync(ApiKeyInfo key);

    /// <summary>The key, also when revoked; null if there is none of this id.</summary>
    [AlwaysInterleave, ReadOnly, Alias("Get")]
    Task<ApiKeyInfo?> GetAsync();

    /// <summary>Revokes the key; front ends notice within 5 seconds. False if there is none of this id.</summary>
    [Alias("Revoke")]
    Task<bool> RevokeAsync();
}
