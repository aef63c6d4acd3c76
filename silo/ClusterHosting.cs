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
using RunPod.Silo.Tls;
using StackExchange.Redis;

namespace RunPod.Silo;

/// <summary>Composes Orleans on the store: membership, grain state, reminders, and our grains.</summary>
internal static class ClusterHosting
{
    // What a stop needs after the last job: to give grains and membership up.
    private static readonly TimeSpan StopReserve = TimeSpan.FromSeconds(5);

    /// <summary>Adds a silo with the given roles to the host.</summary>
    public static IHostApplicationBuilder AddRunPodSilo(this IHostApplicationBuilder builder, StoreConnection store, SiloOptions options, SiloAddresses addresses, ClusterTls? tls, SiloRoles roles)
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
            silo.ConfigureEndpoints(addresses.Advertised, options.Port, options.GatewayPort);
            silo.Configure<EndpointOptions>(endpoints =>
            {
                endpoints.SiloListeningEndpoint = new IPEndPoint(addresses.Listening, options.Port);
                endpoints.GatewayListeningEndpoint = new IPEndPoint(addresses.Listening, options.GatewayPort);
            });
            if (tls is not null)
            {
                silo.UseTls(tls.Configure);
                silo.Services.AddSingleton(tls);
            }

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
            // Where a grain is, by its id. Few jobs are called after their end, and each entry is 300 bytes: Orleans' million of them would take all silos 300 MB.
            silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = 20_000);

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
}
