using System.CommandLine;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Silo.Startup;
using RunPod.Silo.Store;
using RunPod.Silo.Tls;
using StackExchange.Redis;

namespace RunPod.Silo;

/// <summary>What the commands have in common that talk to a running service.</summary>
internal static partial class ServiceClient
{
    // Longer than a client takes to find the gateways that are left after a crash.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Runs the action with the grains of the service that the settings name. Returns the exit code.</summary>
    public static async Task<int> RunAsync(ParseResult arguments, Func<IGrainFactory, Task<int>> action, CancellationToken cancellationToken)
    {
        if (arguments.UnmatchedTokens.FirstOrDefault(token => !SettingPattern().IsMatch(token)) is { } unknown)
        {
            return await FailAsync($"'{unknown}' is not an option of this command; see --help. Settings are given as --Section:Name=value.");
        }

        var builder = Host.CreateApplicationBuilder([.. arguments.UnmatchedTokens]);
        Defaults.AddTo(builder.Configuration);
        builder.Logging.ClearProviders();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            SecretFiles.AddTo(builder.Configuration);
            if (await ConnectAsync(builder, limit.Token) is not { } redis)
            {
                return await FailAsync("No service runs on this data folder. Start it first, or set Store:DataFolder or ConnectionStrings:redis as the service has it.");
            }

            await using (redis)
            {
                using var host = BuildClient(builder, redis);
                await host.StartAsync(limit.Token);
                var exitCode = await action(host.Services.GetRequiredService<IGrainFactory>());
                await host.StopAsync(CancellationToken.None);
                return exitCode;
            }
        }
        catch (Exception exception) when (exception is StoreException or StartException or OptionsValidationException)
        {
            return await FailAsync(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(
                $"No service answered within {Limit.TotalSeconds} seconds. Start it first, and set ConnectionStrings:redis, Silo:ServiceId and Silo:Tls as the service has them.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return await FailAsync($"The service could not be reached: {exception.Message}");
        }
    }

    /// <summary>The store of the service, or null if it would be an embedded one that does not run.</summary>
    private static async Task<IConnectionMultiplexer?> ConnectAsync(HostApplicationBuilder builder, CancellationToken cancellationToken)
    {
        var options = builder.Configuration.GetSection(StoreOptions.Section).Get<StoreOptions>() ?? new StoreOptions();
        var redis = builder.Configuration.GetConnectionString(StoreOptions.ConnectionStringName) is { Length: > 0 } external
            ? external
            : EmbeddedStore.TryReadRunning(Path.Combine(builder.Environment.ContentRootPath, options.DataFolder));
        return redis is null
            ? null
            : await new RedisConnector(options, NullLogger<RedisConnector>.Instance, TimeProvider.System).ConnectAsync(redis, SiloSettings(builder).ServiceId, cancellationToken);
    }

    private static IHost BuildClient(HostApplicationBuilder builder, IConnectionMultiplexer redis)
    {
        var silo = SiloSettings(builder);
        builder.UseOrleansClient(client => client
            .UseRedisClustering(o => (o.ConfigurationOptions, o.CreateMultiplexer) = (ConfigurationOptions.Parse(redis.Configuration), _ => Task.FromResult((redis, true))))
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (silo.ServiceId, silo.ServiceId)));
        if (ClusterTls.Open(silo.Tls, NullLogger.Instance) is { } tls)
        {
            builder.UseOrleansClient(client => client.UseTls(tls.Configure));
        }

        return builder.Build();
    }

    private static SiloOptions SiloSettings(HostApplicationBuilder builder) => builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions();

    /// <summary>Says what is wrong; returns the exit code.</summary>
    public static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }

    [GeneratedRegex(@"\A--[^=:]+:[^=]+=")]
    private static partial Regex SettingPattern();
}
