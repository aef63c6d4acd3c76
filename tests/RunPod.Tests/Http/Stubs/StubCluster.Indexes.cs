using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Requests;

namespace RunPod.Tests.Http.Stubs;

/// <summary>What only a real cluster answers.</summary>
internal sealed partial class StubCluster : IRequestIndex, IIdempotencyKeys
{
    public Task<RequestPage> ListAsync(string endpointId, string userId, long offset, int limit) => throw new NotSupportedException();

    public Task DropMissingAsync(string endpointId, string userId, IReadOnlyCollection<string> jobIds) => throw new NotSupportedException();

    public Task<IdempotencyClaim> ClaimAsync(IdempotencyRequest request, string newJobId) => throw new NotSupportedException();

    public Task ConfirmAsync(IdempotencyRequest request, string jobId) => throw new NotSupportedException();

    public Task ReleaseAsync(IdempotencyRequest request, string jobId) => throw new NotSupportedException();
}
