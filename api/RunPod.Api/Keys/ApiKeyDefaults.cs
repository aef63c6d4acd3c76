using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace RunPod.Api.Keys;

/// <summary>What authentication and the routes agree on.</summary>
internal static class ApiKeyDefaults
{
    public const string Scheme = "ApiKey";

    public static AuthorizationPolicy Policy { get; } = new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build();

    /// <summary>The user whose key the request carried.</summary>
    public static string UserId(this ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)
        ?? throw new InvalidOperationException("The route is reached without a user: it lacks the API key policy.");
}
