using Microsoft.Extensions.Options;
using RunPod.Contracts;
using RunPod.Contracts.Limits;

namespace RunPod.Grains.Limits;

/// <summary>
/// A user's requests of one operation. What counts is in memory; the store has it as of the last second, so that a user whose limiter is lost with its
/// silo gets no more than that second's requests again. Time is what has passed here: a clock that is set changes nothing.
/// </summary>
internal sealed class RateLimiterGrain(TimeProvider clock, IOptions<RateLimitOptions> options, StoredWindows stored) : Grain, IRateLimiterGrain
{
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(1);

    // A place is free again as soon as any of the running requests ends.
    private static readonly TimeSpan RetryConcurrencyAfter = TimeSpan.FromSeconds(1);

    private RateLimit _limit = null!;
    private SlidingWindow _window = null!;
    private ConcurrencyLeases _running = null!;
    private SteadyClock _clock = null!;
    private DateTimeOffset _saveAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var operation = GrainKeys.RateLimiterOperation(this.GetPrimaryKeyString());
        _limit = options.Value.Operations.GetValueOrDefault(operation) ?? new RateLimit();
        _window = new SlidingWindow(_limit.Requests, _limit.Window);
        _running = new ConcurrencyLeases(_limit.Concurrency, options.Value.Lease);
        var granted = await stored.ReadAsync(this.GetPrimaryKeyString());
        _clock = new SteadyClock(clock);
        _window.Restore(granted, _clock.Now);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Save(_clock.Now);
        return Task.CompletedTask;
    }

    public Task<RateDecision> AcquireAsync()
    {
        var now = _clock.Now;
        if (_window.Remaining(now) == 0)
        {
            return Task.FromResult(Decide(RateVerdict.TooManyRequests, now, _window.ResetAfter(now)));
        }

        if (!_running.TryTake(now, out var permitId))
        {
            return Task.FromResult(Decide(RateVerdict.TooManyAtOnce, now, RetryConcurrencyAfter));
        }

        _window.Count(now);
        if (now >= _saveAt)
        {
            Save(now);
        }

        return Task.FromResult(Decide(RateVerdict.Granted, now, _window.ResetAfter(now)) with { PermitId = permitId });
    }

    public Task RenewAsync(long permitId)
    {
        _running.Renew(permitId, _clock.Now);
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(long permitId)
    {
        _running.Release(permitId);
        return Task.CompletedTask;
    }

    private void Save(DateTimeOffset now)
    {
        _saveAt = now + SavePeriod;
        var step = _clock.Step;
        stored.Save(this.GetPrimaryKeyString(), _window.Summarize(now).Select(granted => (granted.At + step, granted.Count)), _limit.Window);
    }

    private RateDecision Decide(RateVerdict verdict, DateTimeOffset now, TimeSpan resetAfter) => new()
    {
        Verdict = verdict,
        Limit = _limit.Requests,
        Window = _limit.Window,
        Remaining = _window.Remaining(now),
        ResetAfter = resetAfter,
        Concurrency = _limit.Concurrency,
    };
}
