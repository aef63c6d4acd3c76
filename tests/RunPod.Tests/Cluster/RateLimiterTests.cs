using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Limits;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class RateLimiterTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Acquire_1001RunsIn10Seconds_GrantsAThousandAndTellsWhenToRetry()
    {
        var limiter = _cluster.Grains.RateLimiter(Operation.Run, "anna", endpointId: null);
        for (var i = 0; i < 1000; i++)
        {
            var granted = await limiter.AcquireAsync();
            Assert.Equal(RateVerdict.Granted, granted.Verdict);
            await limiter.ReleaseAsync(granted.PermitId);
        }

        _clock.Advance(TimeSpan.FromSeconds(4));
        var refused = await limiter.AcquireAsync();

        Assert.Equal((RateVerdict.TooManyRequests, 0, 1000), (refused.Verdict, refused.Remaining, refused.Limit));
        Assert.Equal(TimeSpan.FromSeconds(6), refused.ResetAfter);
        Assert.Equal(RateVerdict.Granted, (await _cluster.Grains.RateLimiter(Operation.Run, "ben", null).AcquireAsync()).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }

    [Fact]
    public async Task Acquire_LimiterMovedToAnotherSilo_CountsWhatWasGranted()
    {
        var limiter = _cluster.Grains.RateLimiter(Operation.Cancel, "anna", null);
        for (var i = 0; i < 60; i++)
        {
            await limiter.ReleaseAsync((await limiter.AcquireAsync()).PermitId);
        }

        await _cluster.Orleans.DeactivateAsync(limiter);

        Assert.Equal(39, (await limiter.AcquireAsync()).Remaining);
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(99, (await limiter.AcquireAsync()).Remaining);
    }

    [Fact]
    public async Task Acquire_SiloOfTheLimiterLost_CountsWhatWasGrantedUntilTheSecondBefore()
    {
        await using var cluster = await TestCluster.StartAsync(options => (options.Silos, options.HasWorkers, options.Clock) = (2, false, _clock));
        var limiter = cluster.Grains.RateLimiter(Operation.Cancel, "anna", null);
        for (var i = 0; i < 60; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            await limiter.ReleaseAsync((await limiter.AcquireAsync()).PermitId);
        }

        var address = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(limiter);
        await cluster.Orleans.KillSiloAsync(cluster.Orleans.Silos.Single(silo => silo.SiloAddress.Equals(address)));

        RateDecision? decision = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    decision = await limiter.AcquireAsync();
                    return true;
                }
                catch (Exception exception) when (exception is OrleansException or TimeoutException)
                {
                    return false;
                }
            },
            "the limiter is on the other silo",
            Eventually.LongLimit);
        Assert.InRange(decision!.Remaining, 39, 49);
    }

    [Fact]
    public async Task Acquire_200AtOnce_RefusesTheNextUntilOneEndsOrItsFrontEndDied()
    {
        var limiter = _cluster.Grains.RateLimiter(Operation.Run, "anna", null);
        var permits = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => limiter.AcquireAsync()));

        Assert.Equal(RateVerdict.TooManyAtOnce, (await limiter.AcquireAsync()).Verdict);

        await limiter.ReleaseAsync(permits[0].PermitId);
        // The release is one way: it may arrive after the next question.
        while ((await limiter.AcquireAsync()).Verdict != RateVerdict.Granted)
        {
        }

        Assert.Equal(RateVerdict.TooManyAtOnce, (await limiter.AcquireAsync()).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }
}
