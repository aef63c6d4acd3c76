namespace RunPod.Contracts.Idempotency;

/// <summary>What a key stands for.</summary>
/// <param name="JobId">The job of the first request with this key.</param>
/// <param name="IsSameRequest">Whether that request was the same one.</param>
/// <param name="IsAccepted">Whether its job is known to have been accepted. If not, submit the job under that id: a submission may come twice.</param>
public sealed record IdempotencyClaim(string JobId, bool IsSameRequest, bool IsAccepted);
