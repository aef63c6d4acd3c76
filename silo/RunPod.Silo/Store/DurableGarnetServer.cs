using Garnet;
using Garnet.server;

namespace RunPod.Silo.Store;

/// <summary>A Garnet server that does not run on half of its data.</summary>
internal sealed class DurableGarnetServer(GarnetServerOptions options, GarnetLoggerFactory loggers) : GarnetServer(options, loggers)
{
    private const long FirstLogAddress = 64;

    /// <summary>How long the log is that a start would have to replay.</summary>
    public long LogBytes => storeWrapper.AofSize();

    /// <summary>Recovers and starts to listen.</summary>
    /// <exception cref="StoreException">The log only holds what came after a checkpoint that cannot be read.</exception>
    public void Recover()
    {
        Start();
        // Garnet 2.2.8 goes on with the rest of the log, whatever FailOnRecoveryError says (its issue 2150).
        if (loggers.SawNoCheckpoint && storeWrapper.BeginAddress[0] > FirstLogAddress)
        {
            throw new StoreException("The last checkpoint cannot be read, so the jobs before it would be missing.");
        }
    }

    /// <summary>Writes a checkpoint and drops the log before it.</summary>
    public Task CheckpointAsync() => storeWrapper.TakeCheckpointAsync(background: false);
}
