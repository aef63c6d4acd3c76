using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RunPod.Silo.Proxies;

namespace RunPod.Tests.Unit.Proxies;

public sealed class ForwardedHeadersTests
{
    [Theory]
    [InlineData("127.0.0.1", "https://api.example.com")]
    [InlineData("10.20.0.9", "https://api.example.com")]
    [InlineData("::ffff:10.20.0.9", "https://api.example.com")]
    [InlineData("10.21.0.9", "http://frontend:8000")]
    public async Task Headers_FromAddress_BelievedIfLoopbackOrConfigured(string address, string expected)
    {
        await using var services = Services("10.20.0.0/16");
        var http = new DefaultHttpContext { RequestServices = services };
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("frontend:8000"));
        http.Request.Headers["X-Forwarded-Proto"] = "https";
        http.Request.Headers["X-Forwarded-Host"] = "api.example.com";

        await new ApplicationBuilder(services).UseForwardedHeaders().Build()(http);

        Assert.Equal(expected, $"{http.Request.Scheme}://{http.Request.Host}");
    }

    [Theory]
    [InlineData("10.20.0.0/33")]
    [InlineData("proxy")]
    public async Task KnownNetworks_NotANetwork_NamesTheSetting(string network)
    {
        await using var services = Services(network);

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("ForwardedHeaders:KnownNetworks", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(string network) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("ForwardedHeaders:KnownNetworks:0", network)]).Build())
            .AddLogging()
            .AddProxies()
            .BuildServiceProvider();
}
