using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Requests;

namespace RunPod.Tests.Http.Stubs;

/// <summary>What only a real cluster answers.</summary>
internal sealed partial class StubCluster : IRequestIndex, IIdempotencyKeys
{
    /// <summary>The ids of the user's jobs.</summary>
    public IReadOnlyList<string> JobIds { get; set; } = [];

    public Func<Task> DropMissing { get; set; } = () => Task.CompletedTask;

    public Task<RequestPage> ListAsync(string endpointId, string userId, long offset, int limit) => Task.FromResult(new RequestPage(JobIds, JobIds.Count));

    public Task DropMissingAsync(string endpointId, string userId, IReadOnlyCollection<string> jobIds) => DropMissing();

    public Task<IdempotencyClaim> ClaimAsync(IdempotencyRequest request, string newJobId) => throw new NotSupportedException();

    public Task ConfirmAsync(IdempotencyRequest request, string jobId) => throw new NotSupportedException();

    public Task ReleaseAsync(IdempotencyRequest request, string jobId) => throw new NotSupportedException();
}
