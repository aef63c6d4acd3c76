namespace RunPod.Api.Requests;

/// <summary>The answer of <c>/purge-queue</c>.</summary>
internal sealed record PurgeBody(int Removed, string Status);
