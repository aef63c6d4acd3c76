using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.EndToEnd;

/// <summary>Two silos of both roles on one Redis server, which tests make fail and mend.</summary>
public sealed class RedisFaultSilos : IAsyncLifetime
{
    private readonly List<SiloProcess> _silos = [];
    private readonly List<HttpClient> _clients = [];

    public RedisServer Redis { get; } = RedisServer.NotStarted();

    /// <summary>One to each silo, with a key.</summary>
    public IReadOnlyList<HttpClient> Clients => _clients;

    internal IReadOnlyList<SiloProcess> Silos => _silos;

    public async Task InitializeAsync()
    {
        await Redis.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            var silo = await SiloProcess.StartWithTestModelAsync(
                Redis, $"--Silo:Name=silo-{i}", "--Requests:Deadline=00:00:02.5", "--EndpointQueue:Lease=00:00:06", "--EndpointQueue:Heartbeat=00:00:01", "--Logging:LogLevel:Default=Error");
            _silos.Add(silo);
            _clients.Add(silo.CreateClient());
        }
    }

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        Redis.Dispose();
    }

    /// <summary>Makes the server fail. What it returns mends it.</summary>
    public async Task<Func<Task>> BeginAsync(RedisFault fault)
    {
        switch (fault)
        {
            case RedisFault.Down:
                Redis.Kill();
                return Redis.StartAsync;
            case RedisFault.Hung:
                Redis.Freeze();
                return () =>
                {
                    Redis.Thaw();
                    return Task.CompletedTask;
                };
            case RedisFault.Full:
                await CommandAsync("CONFIG", "SET", "maxmemory", "1000000");
                return () => CommandAsync("CONFIG", "SET", "maxmemory", "0");
            case RedisFault.ReadOnly:
                await CommandAsync("REPLICAOF", "127.0.0.1", "1");
                return () => CommandAsync("REPLICAOF", "NO", "ONE");
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }
    }

    private async Task CommandAsync(string command, params object[] arguments)
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{Redis.ConnectionString},allowAdmin=true");
        await admin.GetServers()[0].ExecuteAsync(command, arguments);
    }
}
