using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using RunPod.Grains;
using RunPod.Grains.Inference;
using RunPod.Inference;
using RunPod.Inference.StableDiffusion;
using RunPod.Silo.Startup;
using RunPod.Silo.Store;
using StackExchange.Redis;

namespace RunPod.Silo;

/// <summary>Composes Orleans on the store: membership, grain state, reminders, and our grains.</summary>
internal static class ClusterHosting
{
    // What a stop needs after the last job: to give grains and membership up.
    private static readonly TimeSpan StopReserve = TimeSpan.FromSeconds(5);

    /// <summary>Adds a silo with the given roles to the host.</summary>
    public static IHostApplicationBuilder AddRunPodSilo(this IHostApplicationBuilder builder, StoreConnection store, SiloOptions options, SiloRoles roles)
    {
        builder.Services.AddSingleton(store.Multiplexer);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.UseOrleans(silo =>
        {
            silo.UseStore(store.Multiplexer);
            foreach (var name in GrainsHosting.StorageNames)
            {
                silo.AddStoreGrainStorage(name, store.Multiplexer, store.Gate);
            }

            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (options.ServiceId, options.ServiceId));
            silo.Configure<Orleans.Configuration.SiloOptions>(orleans => orleans.SiloName = options.Name);
            silo.ConfigureEndpoints(
                AdvertisedAddress(options, store.IsEmbedded), options.Port, options.GatewayPort, listenOnAnyHostAddress: !store.IsEmbedded);
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                // A killed silo is noticed after 6 s instead of 15, and its jobs run elsewhere; shorter ones may evict a starved host.
                membership.ProbeTimeout = TimeSpan.FromSeconds(2);
                membership.NumMissedProbesLimit = 3;

                // One that hangs with its connections open is noticed when nothing has come from it for three times this: 9 s instead of 24.
                membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            });
            // What the store throws in a grain of one silo reaches the front end on another.
            silo.Services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedNamespacePrefixes.Add(typeof(RedisException).Namespace!));
            silo.AddRunPodGrains();
            if (roles.HasFlag(SiloRoles.Worker))
            {
                silo.Services.AddOptions<StableDiffusionOptions>().BindConfiguration("StableDiffusion")
                    .Validate(o => o.MaxPreviews >= 0, "StableDiffusion:MaxPreviews must not be negative.").ValidateOnStart();
                silo.Services.AddSingleton<IModelFormat>(provider => new StableDiffusionFormat(provider.GetRequiredService<IOptions<StableDiffusionOptions>>().Value));
                silo.AddRunPodWorkers();
                silo.Services.AddOptions<WorkerOptions>()
                    .Validate(o => o.DrainTimeout + StopReserve <= options.ShutdownTimeout, "Silo:ShutdownTimeout must be at least 5 seconds longer than Workers:DrainTimeout.");
            }
        });
        return builder;
    }

    private static IPAddress AdvertisedAddress(SiloOptions options, bool isEmbedded) => options.AdvertisedIPAddress switch
    {
        { Length: > 0 } configured => IPAddress.TryParse(configured, out var address)
            ? address
            : throw new StartException($"Silo:AdvertisedIPAddress must be an IP address such as 10.0.0.5; '{configured}' is none."),
        _ when isEmbedded => IPAddress.Loopback,
        _ => Dns.GetHostAddresses(Dns.GetHostName(), System.Net.Sockets.AddressFamily.InterNetwork).FirstOrDefault() ?? IPAddress.Loopback,
    };
}
