using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using RunPod.Contracts;
using RunPod.Contracts.Keys;

namespace RunPod.Api.Keys;

/// <summary>Knows for 5 seconds what a key's grain said, yes or no. Requests that ask for the same key at the same time share one grain call.</summary>
internal sealed class ApiKeyCache(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>How long a revoked key may still be let in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>Answers that are kept at most; somebody may try many wrong keys.</summary>
    public const int Capacity = 10_000;

    private static readonly AuthenticateResult Rejected = AuthenticateResult.Fail("The API key is unknown or revoked.");

    private readonly ConcurrentDictionary<KeyHash, Lookup> _lookups = new();

    public int Count => _lookups.Count;

    public Task<AuthenticateResult> AuthenticateAsync(string key)
    {
        if (!ApiKeyFormat.TryGetId(key, out var keyId))
        {
            return Task.FromResult(Rejected);
        }

        var hash = ApiKeyFormat.Hash(key);
        var cacheKey = KeyHash.From(hash);
        if (_lookups.TryGetValue(cacheKey, out var known) && IsFresh(known))
        {
            return known.Result;
        }

        return Replace(cacheKey, known, keyId, hash).Result;
    }

    // The age counts from before the grain was asked, so a slow answer is not trusted for longer.
    private bool IsFresh(Lookup lookup) => clock.GetElapsedTime(lookup.StartedAt) < Lifetime;

    private Lookup Replace(KeyHash cacheKey, Lookup? stale, string keyId, byte[] hash)
    {
        if (_lookups.Count >= Capacity)
        {
            // Costs each key in use one more grain call; looking for the oldest would cost every request.
            _lookups.Clear();
        }

        var fresh = new Lookup(clock.GetTimestamp(), self => AskAsync(self, cacheKey, keyId, hash));
        return stale is not null && _lookups.TryUpdate(cacheKey, fresh, stale) ? fresh : _lookups.GetOrAdd(cacheKey, fresh);
    }

    private async Task<AuthenticateResult> AskAsync(Lookup lookup, KeyHash cacheKey, string keyId, byte[] hash)
    {
        try
        {
            var info = await grains.ApiKey(keyId).GetAsync();
            return info is { RevokedAt: null } && CryptographicOperations.FixedTimeEquals(info.Hash, hash) ? Accept(info.UserId) : Rejected;
        }
        catch
        {
            // An outage says nothing about the key.
            _lookups.TryRemove(KeyValuePair.Create(cacheKey, lookup));
            throw;
        }
    }

    private static AuthenticateResult Accept(string userId)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, userId)], ApiKeyDefaults.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), ApiKeyDefaults.Scheme));
    }

    private sealed class Lookup
    {
        private readonly Lazy<Task<AuthenticateResult>> _result;

        public Lookup(long startedAt, Func<Lookup, Task<AuthenticateResult>> ask)
        {
            StartedAt = startedAt;
            _result = new Lazy<Task<AuthenticateResult>>(() => ask(this));
        }

        public long StartedAt { get; }

        public Task<AuthenticateResult> Result => _result.Value;
    }
}
