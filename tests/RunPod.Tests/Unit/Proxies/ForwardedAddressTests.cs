using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Silo.Proxies;

namespace RunPod.Tests.Unit.Proxies;

/// <summary>Wrong keys are counted by the client's address, which nobody but a known proxy may name.</summary>
public sealed class ForwardedAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "192.0.2.7", "192.0.2.7")]
    [InlineData("10.20.0.9", "192.0.2.7", "192.0.2.7")]
    [InlineData("10.20.0.9", "1.1.1.1, 192.0.2.7", "192.0.2.7")]
    [InlineData("10.21.0.9", "192.0.2.7", "10.21.0.9")]
    [InlineData("10.20.0.9", "nonsense", "10.20.0.9")]
    public async Task RemoteAddress_Forwarded_IsBelievedOfKnownProxies(string address, string forwarded, string expected)
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("ForwardedHeaders:KnownNetworks:0", "10.20.0.0/16")]).Build())
            .AddLogging()
            .AddProxies()
            .BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        http.Request.Headers["X-Forwarded-For"] = forwarded;

        await new ApplicationBuilder(services).UseForwardedHeaders().Build()(http);

        Assert.Equal(expected, http.Connection.RemoteIpAddress?.ToString());
    }
}
