using RunPod.Contracts;
using RunPod.Contracts.Limits;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>A wall clock that is set neither locks a user out nor gives more than the limit.</summary>
public sealed class RateLimiterClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SteppedClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => (options.HasWorkers, options.Clock) = (false, _clock));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Acquire_ClockSetByAnHour_CountsForTheWindowAsBefore(int hours)
    {
        var limiter = await FilledAsync("anna");

        _clock.Step = hours * Hour;
        _clock.Advance(TimeSpan.FromSeconds(4));
        var refused = await limiter.AcquireAsync();
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal((RateVerdict.TooManyRequests, TimeSpan.FromSeconds(6)), (refused.Verdict, refused.ResetAfter));
        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Acquire_FrontEndDiedAndClockSetByAnHour_ItsPlacesAreFreeAfterTheLease(int hours)
    {
        var limiter = _cluster.Grains.RateLimiter(Operation.Cancel, "ben", null);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => limiter.AcquireAsync()));

        _clock.Step = hours * Hour;
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(RateVerdict.TooManyAtOnce, (await limiter.AcquireAsync()).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Acquire_LimiterMovesAfterItsClockWasSet_CountsForTheWindowAsBefore(int hours)
    {
        var limiter = await FilledAsync("carla");
        _clock.Step = hours * Hour;

        await _cluster.Orleans.DeactivateAsync(limiter);

        Assert.Equal(RateVerdict.TooManyRequests, (await limiter.AcquireAsync()).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }

    [Fact]
    public async Task Acquire_LimiterMovesToASiloWhoseClockIsBehind_LocksNobodyOutForLongerThanTheWindow()
    {
        var limiter = await FilledAsync("dora");

        await _cluster.Orleans.DeactivateAsync(limiter);
        _clock.Step = -Hour;

        Assert.Equal(RateVerdict.TooManyRequests, (await limiter.AcquireAsync()).Verdict);
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(RateVerdict.Granted, (await limiter.AcquireAsync()).Verdict);
    }

    private async Task<IRateLimiterGrain> FilledAsync(string user)
    {
        var limiter = _cluster.Grains.RateLimiter(Operation.Cancel, user, null);
        for (var i = 0; i < 100; i++)
        {
            await limiter.ReleaseAsync((await limiter.AcquireAsync()).PermitId);
        }

        return limiter;
    }
}
