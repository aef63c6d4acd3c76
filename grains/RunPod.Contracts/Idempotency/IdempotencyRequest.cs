namespace RunPod.Contracts.Idempotency;

/// <summary>A request that carries a key.</summary>
/// <param name="EndpointId">The endpoint.</param>
/// <param name="UserId">Whose key it is; the same text of another user is another key.</param>
/// <param name="Key">The header's text.</param>
/// <param name="Fingerprint">A hash of the operation, query and body.</param>
public sealed record IdempotencyRequest(string EndpointId, string UserId, string Key, string Fingerprint);
