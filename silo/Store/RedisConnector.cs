using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace RunPod.Silo.Store;

/// <summary>Opens a connection to Redis that survives outages, once the server has answered for the first time.</summary>
internal sealed partial class RedisConnector(StoreOptions options, ILogger<RedisConnector> logger, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    // However long the server was away: the library's own policy backs off to 10 seconds.
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromSeconds(2);

    // How soon a server is noticed that has become a replica or is none any more.
    private static readonly TimeSpan RoleInterval = TimeSpan.FromSeconds(5);

    /// <summary>The options of a connection string, or a <see cref="StoreException"/> that says what is wrong with it.</summary>
    public static ConfigurationOptions Parse(string connectionString)
    {
        try
        {
            var parsed = ConfigurationOptions.Parse(connectionString);
            return parsed.EndPoints.Count > 0
                ? parsed
                : throw new StoreException("ConnectionStrings:redis names no server. Write it as 'host:6379,password=…'.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StoreException("ConnectionStrings:redis cannot be read. Write it as 'host:6379,password=…'.", e);
        }
    }

    /// <summary>Waits until the server takes writes; one that refuses the credentials or cannot be trusted ends the wait with a <see cref="StoreException"/>.</summary>
    public async Task<IConnectionMultiplexer> ConnectAsync(string connectionString, string serviceId, CancellationToken cancellationToken)
    {
        var configuration = Configure(Parse(connectionString));
        var servers = string.Join(", ", configuration.EndPoints);
        var started = time.GetTimestamp();
        var nextReport = TimeSpan.Zero;
        while (true)
        {
            var (connected, failure) = await TryConnectAsync(configuration, $"{serviceId}/probe");
            if (connected is not null)
            {
                return connected;
            }

            RedisRefusal.ThrowIfFinal(failure!, servers, serviceId);
            var waited = time.GetElapsedTime(started);
            if (waited >= nextReport)
            {
                LogWaiting(servers, (int)waited.TotalSeconds, Describe(failure!));
                nextReport = waited + ReportInterval;
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private ConfigurationOptions Configure(ConfigurationOptions configuration)
    {
        // One attempt that fails, and says why; the next one is ours. It does not concern a connection that is lost later.
        (configuration.AbortOnConnectFail, configuration.ConnectRetry) = (true, 1);
        configuration.ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.ReconnectRetryPolicy = new LinearRetry((int)ReconnectInterval.TotalMilliseconds);
        configuration.ConfigCheckSeconds = (int)RoleInterval.TotalSeconds;
        configuration.ClientName ??= "runpod-orleans";
        if (options.CertificateAuthority is { Length: > 0 } authority)
        {
            Trust(configuration, authority);
        }

        return configuration;
    }

    private static void Trust(ConfigurationOptions configuration, string authority)
    {
        if (!configuration.Ssl)
        {
            throw new StoreException("Store:CertificateAuthority needs a connection with TLS. Add ',ssl=true' to ConnectionStrings:redis, or leave it out.");
        }

        try
        {
            configuration.TrustIssuer(X509CertificateLoader.LoadCertificateFromFile(authority));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StoreException($"Store:CertificateAuthority '{authority}' cannot be read as a certificate. Give the path of the authority's certificate as PEM.", e);
        }
    }

    private static async Task<(IConnectionMultiplexer? Connected, Exception? Failure)> TryConnectAsync(ConfigurationOptions configuration, RedisKey probe)
    {
        ConnectionMultiplexer? multiplexer = null;
        try
        {
            multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
            var database = multiplexer.GetDatabase();

            // A write also shows a server that still loads its data, one that only follows another, and a user without rights.
            await database.StringSetAsync(probe, "", TimeSpan.FromSeconds(1));
            await database.ScriptEvaluateAsync("return 1");
            return (multiplexer, null);
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            if (multiplexer is not null)
            {
                await multiplexer.DisposeAsync();
            }

            return (null, e);
        }
    }

    private static string Describe(Exception failure) => failure switch
    {
        RedisServerException => failure.Message,
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection } => "it takes no writes",
        RedisConnectionException connection => connection.FailureType.ToString(),
        _ => "no answer in time",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Redis at {Servers} for {Seconds} s so far ({Reason}); the service starts as soon as it answers. Start it, or correct ConnectionStrings:redis")]
    private partial void LogWaiting(string servers, int seconds, string reason);
}
