namespace RunPod.Api.Limits;

/// <summary>Metadata of a route whose requests count as an operation.</summary>
internal sealed record LimitedOperation(string Name);
