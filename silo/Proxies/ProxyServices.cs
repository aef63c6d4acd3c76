using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace RunPod.Silo.Proxies;

internal static class ProxyServices
{
    /// <summary>Tells <c>UseForwardedHeaders</c> which proxies to believe, so that URLs of files carry the address that the client called, and wrong keys count for the client's.</summary>
    public static IServiceCollection AddProxies(this IServiceCollection services)
    {
        services.AddOptions<ProxyOptions>()
            .BindConfiguration(ProxyOptions.Section)
            .Validate(
                o => o.KnownNetworks.All(network => System.Net.IPNetwork.TryParse(network, out _)),
                "Each of ForwardedHeaders:KnownNetworks must be a network as address/prefix, such as '10.20.0.0/16' or 'fd00::/8'.")
            .ValidateOnStart();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((headers, proxies) =>
        {
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            foreach (var network in proxies.Value.KnownNetworks)
            {
                headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }
        });
        return services;
    }
}
