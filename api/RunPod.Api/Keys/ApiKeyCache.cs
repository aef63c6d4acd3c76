using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using BitFaster.Caching.Lru;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using RunPod.Contracts;
using RunPod.Contracts.Keys;

namespace RunPod.Api.Keys;

/// <summary>
/// Knows for 5 seconds what a key's grain said, yes or no, each in a room of its own. Requests that ask for the same key at the same time share one grain call.
/// </summary>
internal sealed class ApiKeyCache(IGrainFactory grains, TimeProvider clock, FailureThrottle throttle, IOptions<AuthenticationLimitOptions> options)
{
    /// <summary>How long a revoked key may still be let in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private static readonly Task<AuthenticateResult> Rejected = Task.FromResult(AuthenticateResult.Fail("The API key is unknown or revoked."));
    private static readonly Task<AuthenticateResult> NotLookedUp = Task.FromResult(AuthenticateResult.Fail("The address has sent too many wrong API keys."));

    private readonly FastConcurrentLru<KeyHash, Lookup> _accepted = new(options.Value.CachedKeys);
    private readonly FastConcurrentLru<KeyHash, Lookup> _rejected = new(options.Value.CachedKeys);
    private readonly Dictionary<KeyHash, Lookup> _asking = [];
    private readonly Lock _lock = new();

    public int Count => _accepted.Count + _rejected.Count;

    /// <summary>Whose key it is. One that was never accepted here is looked up only while its sender's address has not sent too many wrong ones.</summary>
    public Task<AuthenticateResult> AuthenticateAsync(string key, IPAddress? address = null)
    {
        if (!ApiKeyFormat.TryGetId(key, out var keyId))
        {
            return Rejected;
        }

        var hash = ApiKeyFormat.Hash(key);
        var cacheKey = KeyHash.From(hash);
        if (Find(cacheKey) is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            // Once more: an answer that has come since is no longer among those that are asked for.
            if (Find(cacheKey) is { } since)
            {
                return since;
            }

            if (_asking.TryGetValue(cacheKey, out var asking) && IsFresh(asking))
            {
                return asking.Result;
            }

            var guesses = _accepted.TryGet(cacheKey, out _) ? null : throttle.Of(address);
            if (guesses?.TryGuess() == false)
            {
                return NotLookedUp;
            }

            var lookup = new Lookup(clock.GetTimestamp());
            lookup.Result = AskAsync(lookup, cacheKey, keyId, hash, guesses);
            if (!lookup.Result.IsCompleted)
            {
                _asking[cacheKey] = lookup;
            }

            return lookup.Result;
        }
    }

    private Task<AuthenticateResult>? Find(KeyHash key) =>
        _accepted.TryGet(key, out var accepted) && IsFresh(accepted) ? accepted.Result
        : _rejected.TryGet(key, out var rejected) && IsFresh(rejected) ? Rejected
        : null;

    // The age counts from before the grain was asked, so a slow answer is not trusted for longer.
    private bool IsFresh(Lookup lookup) => clock.GetElapsedTime(lookup.StartedAt) < Lifetime;

    private async Task<AuthenticateResult> AskAsync(Lookup lookup, KeyHash cacheKey, string keyId, byte[] hash, AddressFailures? guesses)
    {
        var isGuess = false;
        try
        {
            var info = await grains.ApiKey(keyId).GetAsync();
            if (info is { RevokedAt: null } && CryptographicOperations.FixedTimeEquals(info.Hash, hash))
            {
                var result = Accept(info.UserId);
                _accepted.AddOrUpdate(cacheKey, new Lookup(lookup.StartedAt) { Result = Task.FromResult(result) });
                return result;
            }

            isGuess = true;
            _accepted.TryRemove(cacheKey);
            _rejected.AddOrUpdate(cacheKey, lookup);
            return await Rejected;
        }
        finally
        {
            if (!isGuess)
            {
                guesses?.Forgive();
            }

            // Here too after an outage, which says nothing about the key.
            lock (_lock)
            {
                if (_asking.TryGetValue(cacheKey, out var asking) && ReferenceEquals(asking, lookup))
                {
                    _asking.Remove(cacheKey);
                }
            }
        }
    }

    private static AuthenticateResult Accept(string userId)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, userId)], ApiKeyDefaults.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), ApiKeyDefaults.Scheme));
    }

    private sealed class Lookup(long startedAt)
    {
        public long StartedAt { get; } = startedAt;

        public Task<AuthenticateResult> Result { get; set; } = null!;
    }
}
