using System.Net;
using RunPod.Silo.Egress;

namespace RunPod.Tests.Unit.Egress;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.1.2.3")]
    public void Allows_NothingConfigured_PublicAddressesAlone(string address)
    {
        var policy = EgressPolicy.Create(new EgressOptions(), isDevelopment: false);

        Assert.False(policy.Allows(IPAddress.Parse(address)));
        Assert.True(policy.Allows(IPAddress.Parse("8.8.8.8")));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("169.254.169.254", false)]
    public void Allows_Development_LoopbackToo(string address, bool expected) =>
        Assert.Equal(expected, EgressPolicy.Create(new EgressOptions(), isDevelopment: true).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.20.0.1", true)]
    [InlineData("::ffff:10.20.0.1", true)]
    [InlineData("64:ff9b::10.20.0.1", true)]
    [InlineData("10.21.0.1", false)]
    [InlineData("fd00:1::5", true)]
    [InlineData("fd00:2::5", false)]
    [InlineData("127.0.0.1", false)]
    public void Allows_ConfiguredNetwork_ThatToo(string address, bool expected) =>
        Assert.Equal(
            expected,
            EgressPolicy.Create(new EgressOptions { AllowedNetworks = { "10.20.0.0/16", "fd00:1::/32" } }, isDevelopment: false).Allows(IPAddress.Parse(address)));
}
