using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;
using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Limits;

/// <summary>Counts requests of one operation before their body is read.</summary>
internal sealed class RateLimitFilter(
    string operation, IGrainFactory grains, IOptions<RateLimitScopeOptions> options, RateLimitMetrics metrics, BytesInMemory room, TimeProvider clock) : IEndpointFilter
{
    private readonly RateLimitScope _scope = options.Value.Scope;
    private PolicyHeader? _policy;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var endpointId = _scope == RateLimitScope.UserEndpoint ? (string?)http.GetRouteValue(EndpointRoutes.EndpointId) : null;
        var limiter = grains.RateLimiter(operation, http.User.UserId(), endpointId);
        var decision = await limiter.AcquireAsync().InTimeAsync(http);
        WriteHeaders(http.Response.Headers, decision);
        if (decision.Verdict != RateVerdict.Granted)
        {
            metrics.Refused(operation, decision.Verdict);
            return ApiErrors.RateLimited(operation, decision);
        }

        var permit = new RequestPermit(limiter, decision.PermitId, clock);
        http.Features.Set(permit);
        try
        {
            var answer = await next(context);
            return (answer as INestedHttpResult)?.Result is IHeldAnswer { HeldBytes: > BytesInMemory.Uncounted } held ? await SendAsync(held, http) : answer;
        }
        finally
        {
            // Before a small answer is written: who sends the next request on reading it must find the place free.
            permit.Release();
        }
    }

    private async Task<IResult> SendAsync(IHeldAnswer answer, HttpContext http)
    {
        using var lease = room.TryTake(http.User.UserId(), answer.HeldBytes);
        if (lease is null)
        {
            return answer.WhenNoRoom;
        }

        await answer.ExecuteAsync(http);
        return Results.Empty;
    }

    private void WriteHeaders(IHeaderDictionary headers, RateDecision decision)
    {
        var policy = _policy;
        if (policy is null || policy.Limit != decision.Limit || policy.Window != decision.Window)
        {
            _policy = policy = new PolicyHeader(decision.Limit, decision.Window, string.Create(CultureInfo.InvariantCulture,
                $"\"{operation}\";q={decision.Limit};w={ApiErrors.WholeSeconds(decision.Window)}"));
        }

        headers[RateLimitHeaders.Policy] = policy.Text;
        headers[RateLimitHeaders.Limit] = string.Create(CultureInfo.InvariantCulture,
            $"\"{operation}\";r={Math.Max(0, decision.Remaining)};t={ApiErrors.WholeSeconds(decision.ResetAfter)}");
    }

    private sealed record PolicyHeader(int Limit, TimeSpan Window, string Text);
}
