namespace RunPod.Api.Limits;

/// <summary>What shares a limit; the limits themselves belong to the grains.</summary>
internal sealed class RateLimitScopeOptions
{
    public const string Section = "RateLimits";

    /// <summary>Per user as RunPod does it, or per user and endpoint so that a busy endpoint leaves the others their share.</summary>
    public RateLimitScope Scope { get; set; } = RateLimitScope.User;
}
