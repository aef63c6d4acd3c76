namespace RunPod.Api.Limits;

/// <summary>What shares a limit.</summary>
internal enum RateLimitScope
{
    /// <summary>All requests of a user for an operation.</summary>
    User = 0,

    /// <summary>The requests of a user for an operation of one endpoint.</summary>
    UserEndpoint = 1,
}
