using System.Net;
using Microsoft.Extensions.Options;

namespace RunPod.Silo.Egress;

internal static class EgressServices
{
    /// <summary>Adds <see cref="GuardedHttp"/>, by which alone the service may connect to hosts that clients name.</summary>
    public static IServiceCollection AddGuardedHttp(this IServiceCollection services)
    {
        services.AddOptions<EgressOptions>()
            .BindConfiguration(EgressOptions.Section)
            .Validate(
                o => o.AllowedNetworks.All(network => IPNetwork.TryParse(network, out _)),
                "Each of Egress:AllowedNetworks must be a network as address/prefix, such as '10.20.0.0/16' or 'fd00::/8'; the address has no bits behind its prefix.")
            .Validate(o => o.ConnectTimeout >= TimeSpan.FromMilliseconds(100), "Egress:ConnectTimeout must be at least 100 milliseconds.")
            .ValidateOnStart();
        services.AddSingleton(provider => EgressPolicy.Create(
            provider.GetRequiredService<IOptions<EgressOptions>>().Value, provider.GetRequiredService<IHostEnvironment>().IsDevelopment()));
        services.AddSingleton(provider => new GuardedHttp(
            new GuardedConnector(provider.GetRequiredService<EgressPolicy>()), provider.GetRequiredService<IOptions<EgressOptions>>().Value.ConnectTimeout));
        return services;
    }
}
