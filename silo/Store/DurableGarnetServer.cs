using Garnet;
using Garnet.server;

namespace RunPod.Silo.Store;

/// <summary>A Garnet server whose checkpoints are ours to time.</summary>
internal sealed class DurableGarnetServer(GarnetServerOptions options, ILoggerFactory loggers) : GarnetServer(options, loggers)
{
    /// <summary>How long the log is that a start would have to replay.</summary>
    public long LogBytes => storeWrapper.AofSize();

    /// <summary>Writes a checkpoint and drops the log before it.</summary>
    public Task CheckpointAsync() => storeWrapper.TakeCheckpointAsync(background: false);
}
