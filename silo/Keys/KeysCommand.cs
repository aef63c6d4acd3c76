using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using RunPod.Contracts;
using RunPod.Silo.Store;
using StackExchange.Redis;

namespace RunPod.Silo.Keys;

/// <summary><c>keys create|list|revoke</c>: manages API keys as a client of a running service.</summary>
internal static partial class KeysCommand
{
    // Longer than a client takes to find the gateways that are left after a crash.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Option<string> User = new("--user") { Description = "The user whose keys they are.", DefaultValueFactory = _ => "local" };
    private static readonly Option<string> Name = new("--name") { Description = "What to call the key.", DefaultValueFactory = _ => "" };
    private static readonly Argument<string> KeyId = new("key-id") { Description = "The key's id, as `keys list` shows it." };

    public static Command Create()
    {
        var create = new Command("create", "Make a key and show it, this once.") { User, Name };
        create.SetAction((result, stop) => RunAsync(result, async grains =>
        {
            var created = await grains.User(result.GetRequiredValue(User)).CreateKeyAsync(result.GetRequiredValue(Name));
            Console.WriteLine(created.Key);
            return 0;
        }, stop));
        var list = new Command("list", "List a user's keys.") { User };
        list.SetAction((result, stop) => RunAsync(result, grains => ListAsync(grains, result.GetRequiredValue(User)), stop));
        var revoke = new Command("revoke", "Revoke a key; the service refuses it within 5 seconds.") { KeyId, User };
        revoke.SetAction((result, stop) => RunAsync(result, grains => RevokeAsync(grains, result.GetRequiredValue(User), result.GetRequiredValue(KeyId)), stop));
        return new Command("keys", "Manage the API keys of a running service.") { create, list, revoke };
    }

    private static async Task<int> ListAsync(IGrainFactory grains, string user)
    {
        Console.WriteLine($"{"ID",-14}{"CREATED",-22}{"REVOKED",-22}NAME");
        foreach (var key in await grains.User(user).ListKeysAsync())
        {
            Console.WriteLine($"{key.KeyId,-14}{Time(key.CreatedAt),-22}{Time(key.RevokedAt),-22}{key.Name}");
        }

        return 0;

        static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";
    }

    private static async Task<int> RevokeAsync(IGrainFactory grains, string user, string keyId)
    {
        if (await grains.User(user).RevokeKeyAsync(keyId))
        {
            Console.WriteLine($"Revoked {keyId}.");
            return 0;
        }

        return await FailAsync($"User {user} has no key with the id {keyId}. `keys list --user {user}` shows the ids.");
    }

    private static async Task<int> RunAsync(ParseResult arguments, Func<IGrainFactory, Task<int>> action, CancellationToken cancellationToken)
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
        catch (StoreException exception)
        {
            return await FailAsync(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(
                $"No service answered within {Limit.TotalSeconds} seconds. Start it first, and set ConnectionStrings:redis and Silo:ServiceId as the service has them.");
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
            : await new RedisConnector(options, NullLogger<RedisConnector>.Instance, TimeProvider.System).ConnectAsync(redis, cancellationToken);
    }

    private static IHost BuildClient(HostApplicationBuilder builder, IConnectionMultiplexer redis)
    {
        var silo = builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions();
        builder.UseOrleansClient(client => client
            .UseRedisClustering(o => (o.ConfigurationOptions, o.CreateMultiplexer) = (ConfigurationOptions.Parse(redis.Configuration), _ => Task.FromResult((redis, true))))
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (silo.ServiceId, silo.ServiceId)));
        return builder.Build();
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }

    [GeneratedRegex(@"\A--[^=:]+:[^=]+=")]
    private static partial Regex SettingPattern();
}
