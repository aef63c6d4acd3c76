using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using RunPod.Silo.Store;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

/// <summary>A silo whose membership, grain state and reminders all lie in one store.</summary>
internal static class OrleansHost
{
    public const string StorageName = "jobs";
    public const string SecondStorageName = "jobs-second-connection";
    public const string ServiceId = "tests";

    public static async Task<IHost> StartAsync(StoreConnection store)
    {
        var second = await ConnectionMultiplexer.ConnectAsync(RedisConnector.Parse(store.ConnectionString));
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        // By a factory, so that the host disposes it.
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => second);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<ReminderSignal>();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o => (o.ServiceId, o.ClusterId) = (ServiceId, ServiceId));
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Find(), FreePort.Find());
            silo.UseStore(store.Multiplexer);
            silo.AddStoreGrainStorage(StorageName, store.Multiplexer, store.Gate);
            silo.AddStoreGrainStorage(SecondStorageName, second, store.Gate);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
