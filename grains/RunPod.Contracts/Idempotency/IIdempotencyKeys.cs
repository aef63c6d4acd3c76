namespace RunPod.Contracts.Idempotency;

/// <summary>Remembers which job a client's <c>Idempotency-Key</c> made, for a while that a client may take to try again.</summary>
public interface IIdempotencyKeys
{
    /// <summary>Claims a key for a new job, or tells what it was claimed for. The claim is in the store when this returns.</summary>
    Task<IdempotencyClaim> ClaimAsync(IdempotencyRequest request, string newJobId);

    /// <summary>Notes that the claim's job was accepted; from now on the key answers with it and submits nothing.</summary>
    Task ConfirmAsync(IdempotencyRequest request, string jobId);

    /// <summary>Gives the key back, since the claim's job was refused; nothing happens if the key stands for something else, or its job was accepted.</summary>
    Task ReleaseAsync(IdempotencyRequest request, string jobId);
}
