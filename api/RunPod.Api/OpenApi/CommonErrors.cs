using RunPod.Api.Errors;
using RunPod.Api.Limits;
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

    private static readonly ApiError[] Always = [ApiErrors.MissingApiKey, ApiErrors.InvalidApiKey, ApiErrors.TooManyWrongKeys(TimeSpan.FromSeconds(42)), ApiErrors.Unavailable];

    private static readonly ApiError UnknownEndpoint = ApiErrors.EndpointNotFound("stable-difusion", new HashSet<string> { "stable-diffusion-v1" });

    /// <summary>The errors of an operation, which is one of an endpoint or not, and has a limit or not.</summary>
    public static IEnumerable<ApiError> Of(bool isOfEndpoint, LimitedOperation? limited)
    {
        IEnumerable<ApiError> endpoint = isOfEndpoint ? [UnknownEndpoint] : [];
        IEnumerable<ApiError> limit = limited is { Name: var name }
            ? [ApiErrors.RateLimited(name, Refused), ApiErrors.RateLimited(name, Refused with { Verdict = RateVerdict.TooManyAtOnce }), ApiErrors.TooManyBytes]
            : [];
        return [.. Always, .. endpoint, .. limit];
    }
}
