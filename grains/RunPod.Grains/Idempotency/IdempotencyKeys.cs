using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Idempotency;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Idempotency;

/// <summary>
/// A string per key that expires: fingerprint, job id, and <c>accepted</c> once it is. Of requests that come at the same time the store lets one claim the key;
/// the others submit the same job under the same id, which one submission wins, so that a front end that dies between claim and submission leaves nothing undone.
/// </summary>
internal sealed class IdempotencyKeys(IConnectionMultiplexer redis, StoreKeys keys, IOptions<IdempotencyOptions> options) : IIdempotencyKeys
{
    private const string Accepted = "accepted";

    private IDatabase Store => redis.GetDatabase();

    public async Task<IdempotencyClaim> ClaimAsync(IdempotencyRequest request, string newJobId)
    {
        var key = KeyOf(request);
        while (!await Store.StringSetAsync(key, $"{request.Fingerprint} {newJobId}", options.Value.Retention, When.NotExists))
        {
            // Gone again only if it has just expired or been released.
            if ((string?)await Store.StringGetAsync(key) is { } stored)
            {
                var parts = stored.Split(' ');
                return new IdempotencyClaim(parts[1], IsSameRequest: parts[0] == request.Fingerprint, IsAccepted: parts is [_, _, Accepted]);
            }
        }

        return new IdempotencyClaim(newJobId, IsSameRequest: true, IsAccepted: false);
    }

    public Task ConfirmAsync(IdempotencyRequest request, string jobId) =>
        Store.StringSetAsync(KeyOf(request), $"{request.Fingerprint} {jobId} {Accepted}", options.Value.Retention);

    // Deletes the key only while it holds this value: another request may have had the job accepted meanwhile, or a later one have claimed the key.
    public Task ReleaseAsync(IdempotencyRequest request, string jobId) => Store.LockReleaseAsync(KeyOf(request), $"{request.Fingerprint} {jobId}");

    // A key's text is the client's and may be long or secret.
    private RedisKey KeyOf(IdempotencyRequest request) =>
        keys.Idempotency(request.EndpointId, request.UserId, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Key))));
}
