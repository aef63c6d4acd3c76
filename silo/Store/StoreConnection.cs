using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace RunPod.Silo.Store;

/// <summary>
/// The connection to the store: the Redis server that <c>ConnectionStrings:redis</c> names, else an embedded store in the data folder.
/// Open it before the host is built, since Orleans' providers fail when Redis is down; dispose it after the host has stopped.
/// </summary>
internal sealed class StoreConnection : IAsyncDisposable
{
    private readonly EmbeddedStore? _embedded;

    private StoreConnection(string connectionString, string dataFolder, IConnectionMultiplexer multiplexer, EmbeddedStore? embedded)
    {
        ConnectionString = connectionString;
        DataFolder = dataFolder;
        Multiplexer = multiplexer;
        _embedded = embedded;
    }

    /// <summary>In StackExchange.Redis' notation; holds a password, so it is not for logs.</summary>
    public string ConnectionString { get; }

    /// <summary>The absolute path of <see cref="StoreOptions.DataFolder"/>.</summary>
    public string DataFolder { get; }

    /// <summary>Shared by everything in this process that talks to the store.</summary>
    public IConnectionMultiplexer Multiplexer { get; }

    public bool IsEmbedded => _embedded is not null;

    /// <summary>
    /// Set when the store is embedded: entered around every write of a value that may exceed 1 MiB.
    /// <see cref="StoreSiloExtensions.AddStoreGrainStorage"/> does so for grain state.
    /// </summary>
    public CheckpointGate? Gate => _embedded?.Gate;

    /// <summary>Opens the store, waiting for an external Redis server until it answers.</summary>
    /// <param name="configuration">Holds the section <see cref="StoreOptions.Section"/> and the connection strings.</param>
    /// <param name="contentRoot">Where a relative <see cref="StoreOptions.DataFolder"/> starts.</param>
    /// <param name="loggers">Receives the store's messages.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be used as configured.</exception>
    public static async Task<StoreConnection> OpenAsync(
        IConfiguration configuration, string contentRoot, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = ReadOptions(configuration);
        var dataFolder = Path.GetFullPath(Path.Combine(contentRoot, options.DataFolder));
        var serviceId = (configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions()).ServiceId;
        var connector = new RedisConnector(options, loggers.CreateLogger<RedisConnector>(), TimeProvider.System);
        if (configuration.GetConnectionString(StoreOptions.ConnectionStringName) is { Length: > 0 } external)
        {
            return new StoreConnection(external, dataFolder, await connector.ConnectAsync(external, serviceId, cancellationToken), embedded: null);
        }

        var embedded = EmbeddedStore.Start(options, dataFolder, loggers);
        try
        {
            var multiplexer = await connector.ConnectAsync(embedded.ConnectionString, serviceId, cancellationToken);
            return new StoreConnection(embedded.ConnectionString, dataFolder, multiplexer, embedded);
        }
        catch
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the connection and stops the embedded store.</summary>
    public async ValueTask DisposeAsync()
    {
        await Multiplexer.DisposeAsync();
        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    private static StoreOptions ReadOptions(IConfiguration configuration)
    {
        var options = configuration.GetSection(StoreOptions.Section).Get<StoreOptions>() ?? new StoreOptions();
        // The store opens before the host and its start-up checks exist.
        var result = new StoreOptionsValidator().Validate(Options.DefaultName, options);
        return result.Failed ? throw new StoreException(result.FailureMessage) : options;
    }
}
