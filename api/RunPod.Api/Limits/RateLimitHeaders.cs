namespace RunPod.Api.Limits;

/// <summary>The headers of draft-ietf-httpapi-ratelimit-headers.</summary>
internal static class RateLimitHeaders
{
    /// <summary>What is left of the limit.</summary>
    public const string Limit = "RateLimit";

    /// <summary>The limit.</summary>
    public const string Policy = "RateLimit-Policy";
}
