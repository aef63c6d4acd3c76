namespace RunPod.Api.OpenApi;

/// <summary>A header that an operation reads.</summary>
internal sealed record HeaderDoc(string Name, string Description);
