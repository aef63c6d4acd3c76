using RunPod.Grains.Limits;

namespace RunPod.Tests.Unit.Limits;

public sealed class ConcurrencyLeasesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ConcurrencyLeases _leases = new(limit: 2, TimeSpan.FromSeconds(30));

    [Fact]
    public void TryTake_AllTaken_IsRefusedUntilOneIsReleased()
    {
        Assert.True(_leases.TryTake(Start, out var first));
        Assert.True(_leases.TryTake(Start, out _));
        Assert.False(_leases.TryTake(Start, out _));

        _leases.Release(first);

        Assert.True(_leases.TryTake(Start, out _));
    }

    [Fact]
    public void TryTake_HolderOfAPlaceDied_IsGrantedAfterItsLease()
    {
        _leases.TryTake(Start, out _);
        _leases.TryTake(Start, out var renewed);
        _leases.Renew(renewed, Start.AddSeconds(20));

        Assert.False(_leases.TryTake(Start.AddSeconds(29), out _));
        Assert.True(_leases.TryTake(Start.AddSeconds(30), out _));
        Assert.False(_leases.TryTake(Start.AddSeconds(49), out _));
        Assert.True(_leases.TryTake(Start.AddSeconds(50), out _));
    }

    [Fact]
    public void Release_PlaceOfAnEarlierLimiter_FreesNoneOfThisOne()
    {
        new ConcurrencyLeases(limit: 2, TimeSpan.FromSeconds(30)).TryTake(Start, out var earlier);
        _leases.TryTake(Start, out _);
        _leases.TryTake(Start, out _);

        _leases.Release(earlier);

        Assert.False(_leases.TryTake(Start, out _));
    }

    [Fact]
    public void Renew_ReleasedPlace_DoesNotTakeItAgain()
    {
        _leases.TryTake(Start, out var first);
        _leases.Release(first);
        _leases.Renew(first, Start);

        Assert.True(_leases.TryTake(Start, out _));
        Assert.True(_leases.TryTake(Start, out _));
    }
}
