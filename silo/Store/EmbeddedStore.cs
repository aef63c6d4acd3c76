using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RunPod.Silo.Store;

/// <summary>A Garnet server inside this process: loopback only, durable in its folder, open to this user's processes by password.</summary>
internal sealed partial class EmbeddedStore : IAsyncDisposable
{
    private const int PortAttempts = 5;

    private readonly DurableGarnetServer _server;
    private readonly FolderLock _lock;
    private readonly string _folder;
    private readonly GarnetLoggerFactory _loggers;
    private readonly CheckpointLoop _checkpoints;

    private EmbeddedStore(DurableGarnetServer server, FolderLock folderLock, string folder, RunningStore running, GarnetLoggerFactory loggers, string logLimit)
    {
        _server = server;
        _loggers = loggers;
        _lock = folderLock;
        _folder = folder;
        ConnectionString = running.ConnectionString;
        _checkpoints = new CheckpointLoop(server, Gate, logLimit, loggers.CreateLogger<CheckpointLoop>());
    }

    public string ConnectionString { get; }

    /// <summary>Entered around every write of a value that may exceed 1 MiB.</summary>
    public CheckpointGate Gate { get; } = new();

    /// <summary>Starts the store of this data folder, after replaying what the last process left.</summary>
    public static EmbeddedStore Start(StoreOptions options, string dataFolder, ILoggerFactory loggers)
    {
        var folder = FolderOf(dataFolder);
        var folderLock = FolderLock.Take(folder, loggers.CreateLogger<EmbeddedStore>());
        try
        {
            return Start(options, folder, folderLock, new GarnetLoggerFactory(loggers));
        }
        catch (Exception e)
        {
            folderLock.Dispose();
            throw new StoreException(
                $"The embedded store in '{folder}' did not start: {e.Message} If its files are damaged, restore the folder or move it away to start empty.", e);
        }
    }

    /// <summary>The connection string of the embedded store that another process runs on this data folder now, or null.</summary>
    public static string? TryReadRunning(string dataFolder) => RunningStore.TryRead(FolderOf(dataFolder))?.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        RunningStore.Delete(_folder);
        await _checkpoints.DisposeAsync();
        _loggers.Silence();
        await _server.Store.CommitAOFAsync(CancellationToken.None);
        _server.Dispose(deleteDir: false);
        _lock.Dispose();
    }

    private static string FolderOf(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "store");

    private static EmbeddedStore Start(StoreOptions options, string folder, FolderLock folderLock, GarnetLoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<EmbeddedStore>();
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        for (var attempt = 1; ; attempt++)
        {
            var running = new RunningStore(Environment.ProcessId, FreePort(), password);
            var server = new DurableGarnetServer(EmbeddedStoreSettings.Create(options, folder, running.Port, password, logger), loggers);
            try
            {
                server.StartAfterReplay();
                running.Write(folder);
                return new EmbeddedStore(server, folderLock, folder, running, loggers, options.EmbeddedLogLimit);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < PortAttempts)
            {
                // Somebody else took the port between the choice and the start.
                LogPortTaken(logger, running.Port);
                server.Dispose(deleteDir: false);
            }
            catch
            {
                server.Dispose(deleteDir: false);
                throw;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Port {Port} was taken before the embedded store could use it; trying another")]
    private static partial void LogPortTaken(ILogger logger, int port);
}
