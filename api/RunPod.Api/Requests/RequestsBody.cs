namespace RunPod.Api.Requests;

/// <summary>The answer of <c>/requests</c>.</summary>
internal sealed record RequestsBody(IReadOnlyList<RequestBody> Requests, long Total, long Offset, int Limit, bool HasMore);
