using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RunPod.Api.Keys;

namespace RunPod.Tests.Unit.Api;

public sealed class FailureThrottleTests
{
    private readonly FailureThrottle _throttle = new(Options.Create(new AuthenticationLimitOptions { FailuresPerAddress = 1, Addresses = 100 }), new FakeTimeProvider());

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::c000:201", "192.0.2.1", false)]
    [InlineData(null, null, true)]
    public void Of_TwoAddresses_AreOneCustomersOrNot(string? one, string? other, bool same)
    {
        var failures = _throttle.Of(Parse(one));

        Assert.Equal(same, ReferenceEquals(failures, _throttle.Of(Parse(other))));
    }

    [Fact]
    public void Of_ManyAddresses_StaysBounded()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _throttle.Of(new IPAddress(i)).Fail();
        }

        Assert.InRange(_throttle.Count, 1, 100);
    }

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);
}
