namespace RunPod.Api.Batches;

/// <summary>The answer to a creation.</summary>
internal sealed record BatchBriefBody(string Id, string Status);
