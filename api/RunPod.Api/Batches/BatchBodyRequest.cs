using RunPod.Contracts.Idempotency;

namespace RunPod.Api.Batches;

/// <summary>A request that changes a batch.</summary>
/// <param name="Body">What its body says.</param>
/// <param name="Idempotency">Its <c>Idempotency-Key</c>, if it carries one.</param>
internal sealed record BatchBodyRequest<T>(T Body, IdempotencyRequest? Idempotency);
