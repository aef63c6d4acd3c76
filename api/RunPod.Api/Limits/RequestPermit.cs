using RunPod.Contracts.Limits;

namespace RunPod.Api.Limits;

/// <summary>A running request's place among those of its user; a feature of the request.</summary>
internal sealed class RequestPermit(IRateLimiterGrain limiter, long permitId)
{
    public void Renew() => limiter.RenewAsync(permitId).Ignore();

    public void Release() => limiter.ReleaseAsync(permitId).Ignore();
}
