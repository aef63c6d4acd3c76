using RunPod.Api.Errors;
using RunPod.Contracts.Limits;

namespace RunPod.Api.OpenApi;

/// <summary>What every operation may refuse.</summary>
internal static class CommonErrors
{
    private static readonly RateDecision Refused = new()
    {
        Verdict = RateVerdict.TooManyRequests,
        Limit = 1000,
        Window = TimeSpan.FromSeconds(10),
        Remaining = 0,
        ResetAfter = TimeSpan.FromSeconds(3),
        Concurrency = 200,
    };

    private static readonly ApiError[] Always = [ApiErrors.MissingApiKey, ApiErrors.InvalidApiKey, ApiErrors.Unavailable];

    private static readonly ApiError[] EndpointsOnly =
    [
        ApiErrors.EndpointNotFound("stable-difusion", new HashSet<string> { "stable-diffusion-v1" }),
        ApiErrors.RateLimited(Operation.Run, Refused),
        ApiErrors.RateLimited(Operation.Run, Refused with { Verdict = RateVerdict.TooManyAtOnce }),
    ];

    /// <summary>The errors of an operation, which is one of an endpoint or of the user.</summary>
    public static IEnumerable<ApiError> Of(bool isOfEndpoint) => isOfEndpoint ? Always.Concat(EndpointsOnly) : Always;
}
