using Garnet;
using Garnet.server;

namespace RunPod.Silo.Store;

/// <summary>A Garnet server whose checkpoints are ours to time.</summary>
internal sealed class DurableGarnetServer(GarnetServerOptions options, ILoggerFactory loggers) : GarnetServer(options, loggers)
{
    /// <summary>How long the log is that a start would have to replay.</summary>
    public long LogBytes => storeWrapper.AofSize();

    /// <summary>Replays what the last process left, and listens.</summary>
    public void StartAfterReplay()
    {
        // A checkpoint may cut the log between the begin and the end of a transaction, which is in the checkpoint then. Garnet 2.2.8 means to pass over such an
        // end, but notes it with what only sharded logs have, and does not start.
        var log = storeWrapper.appendOnlyFile;
        log.readConsistencyManager = new ReadConsistencyManager(currentVersion: 1, log, log.serverOptions);
        Start();
        log.readConsistencyManager = null;
    }

    /// <summary>Writes a checkpoint and drops the log before it.</summary>
    public Task CheckpointAsync() => storeWrapper.TakeCheckpointAsync(background: false);
}
