using RunPod.Contracts.Limits;

namespace RunPod.Api.Limits;

/// <summary>A running request's place among those of its user, held until it is released however long that takes; a feature of the request.</summary>
internal sealed class RequestPermit
{
    // The limiter forgets a place after 15 seconds at the earliest.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly IRateLimiterGrain _limiter;
    private readonly long _permitId;
    private readonly ITimer _renewal;
    private bool _isReleased;

    public RequestPermit(IRateLimiterGrain limiter, long permitId, TimeProvider clock)
    {
        (_limiter, _permitId) = (limiter, permitId);
        _renewal = clock.CreateTimer(static permit => ((RequestPermit)permit!).Renew(), this, Period, Period);
    }

    public void Release()
    {
        if (!Interlocked.Exchange(ref _isReleased, true))
        {
            _renewal.Dispose();
            _limiter.ReleaseAsync(_permitId).Ignore();
        }
    }

    private void Renew() => _limiter.RenewAsync(_permitId).Ignore();
}
