using RunPod.Api.Errors;
using RunPod.Contracts.Limits;

namespace RunPod.Api.OpenApi;

/// <summary>What every operation of an endpoint may answer.</summary>
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

    public static IReadOnlyList<ApiError> All { get; } =
    [
        ApiErrors.MissingApiKey,
        ApiErrors.InvalidApiKey,
        ApiErrors.EndpointNotFound("stable-difusion", new HashSet<string> { "stable-diffusion-v1" }),
        ApiErrors.RateLimited(Operation.Run, Refused),
        ApiErrors.RateLimited(Operation.Run, Refused with { Verdict = RateVerdict.TooManyAtOnce }),
        ApiErrors.Unavailable,
    ];
}
