namespace RunPod.Api.Endpoints;

/// <summary>That the service is there and takes the caller's key.</summary>
/// <param name="Status"><c>ok</c>.</param>
internal sealed record ServiceStatusBody(string Status);
