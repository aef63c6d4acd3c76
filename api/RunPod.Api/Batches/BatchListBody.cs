using RunPod.Contracts.Batches;

namespace RunPod.Api.Batches;

/// <summary>The answer of <c>GET /batch</c>.</summary>
internal sealed record BatchListBody(IReadOnlyList<BatchBody> Batches, long Total, long Offset, int Limit, bool HasMore);
