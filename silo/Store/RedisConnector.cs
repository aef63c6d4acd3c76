using StackExchange.Redis;

namespace RunPod.Silo.Store;

/// <summary>Opens a connection to Redis that survives outages, once the server has answered for the first time.</summary>
internal sealed partial class RedisConnector(StoreOptions options, ILogger<RedisConnector> logger, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

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

    /// <summary>Waits until the server answers; a server that refuses the credentials ends the wait with a <see cref="StoreException"/>.</summary>
    public async Task<IConnectionMultiplexer> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var configuration = Parse(connectionString);
        configuration.AbortOnConnectFail = false;
        configuration.ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds;
        configuration.ClientName ??= "runpod-orleans";
        var servers = string.Join(", ", configuration.EndPoints);

        var started = time.GetTimestamp();
        var nextReport = TimeSpan.Zero;
        while (true)
        {
            var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
            var failure = await ProbeAsync(multiplexer);
            if (failure is null)
            {
                return multiplexer;
            }

            await multiplexer.DisposeAsync();
            if (IsRefusal(failure))
            {
                throw new StoreException(
                    $"Redis at {servers} refused the credentials. Set the right user and password in ConnectionStrings:redis ('{servers},user=…,password=…').", failure);
            }

            var waited = time.GetElapsedTime(started);
            if (waited >= nextReport)
            {
                LogWaiting(servers, (int)waited.TotalSeconds, Describe(failure));
                nextReport = waited + ReportInterval;
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private static async Task<Exception?> ProbeAsync(ConnectionMultiplexer multiplexer)
    {
        Exception? connectFailure = null;
        multiplexer.ConnectionFailed += (_, e) => connectFailure = e.Exception ?? connectFailure;
        try
        {
            // A read also shows a server that still loads its data, and a user without rights.
            await multiplexer.GetDatabase().KeyExistsAsync("runpod/probe");
            return null;
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            return connectFailure is not null && IsRefusal(connectFailure) ? connectFailure : e;
        }
    }

    private static bool IsRefusal(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
                || failure.Message.Contains("NOAUTH", StringComparison.Ordinal)
                || failure.Message.Contains("WRONGPASS", StringComparison.Ordinal)
                || failure.Message.Contains("NOPERM", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Describe(Exception failure) => failure switch
    {
        RedisServerException => failure.Message,
        RedisConnectionException connection => connection.FailureType.ToString(),
        _ => "no answer in time",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Redis at {Servers} for {Seconds} s so far ({Reason}); the service starts as soon as it answers")]
    private partial void LogWaiting(string servers, int seconds, string reason);
}
