using System.Net;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Tsavorite.core;

namespace RunPod.Silo.Store;

/// <summary>The settings under which Garnet keeps every acknowledged write through a kill of the process.</summary>
internal static class EmbeddedStoreSettings
{
    // Every connection with a write under way blocks a thread until the commit, which needs a thread itself:
    // with the default of one thread a core, 32 connections reached 800 writes a second instead of 21,000.
    private const int MinThreads = 16;

    public static GarnetServerOptions Create(StoreOptions options, string folder, int port, string password, ILogger logger)
    {
        ThreadPool.GetMinThreads(out var threads, out _);
        return new GarnetServerOptions(logger)
        {
            EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
            AuthSettings = new PasswordAuthenticationSettings(password),
            QuietMode = true,
            MaxDatabases = 1,
            ThreadPoolMinThreads = Math.Max(threads, MinThreads),

            // Without transaction mode a script is not atomic, and Orleans' ETag check would let two writers win.
            EnableLua = true,
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(logger),

            // The default device needs libaio and aborts the process where it is missing. With its direct writes this one commits
            // two to six times as fast as through the page cache or as the FileStream device.
            DeviceType = DeviceType.RandomAccess,
            DeviceFactoryCreator = new LocalStorageNamedDeviceFactoryCreator(deviceType: DeviceType.RandomAccess, logger: logger),
            EnableStorageTier = true,
            LogDir = folder,
            CheckpointDir = folder,
            Recover = true,
            // Better no start than one that silently lacks jobs.
            FailOnRecoveryError = true,

            LogMemorySize = options.EmbeddedMemory,
            PageSize = "1m",
            SegmentSize = "16m",
            // Garnet 2.2.8 cannot read back a value over 4 MiB that crosses the end of a segment of the object log, and then does
            // not start. Segments are sparse, so these cost nothing, and no crossing comes before 64 GiB have spilled from memory.
            ObjectLogSegmentSize = "64g",
            IndexMemorySize = "16m",
            IndexMaxMemorySize = "256m",

            // A reply is sent once its write has left the process; one commit takes all writes that wait at that moment.
            EnableAOF = true,
            WaitForCommit = true,
            CommitFrequencyMs = 0,
            AofMemorySize = "16m",
            AofPageSize = "4m",
            AofSegmentSize = "16m",

            // Checkpoints come from CheckpointLoop. Each is a full one, so that a start never depends on an older index.
            FullCheckpointLogInterval = 0,
            CompactionType = LogCompactionType.Lookup,
            CompactionMaxSegments = 8,
        };
    }
}
