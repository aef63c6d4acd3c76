namespace RunPod.Api.Endpoints;

/// <summary>The answer of a probe: the whole, and each check by name.</summary>
internal sealed record ProbeBody(string Status, IReadOnlyDictionary<string, string> Checks);
