using RunPod.Contracts.Objects;
using RunPod.Silo.Store;

namespace RunPod.Silo.Objects.S3;

/// <summary>Looks at the service's own bucket before the service starts: wrong settings end the start, a server that is down does not.</summary>
internal sealed partial class S3StartCheck(S3ObjectStore store, ILogger<S3StartCheck> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.ProbeAsync(cancellationToken);
        }
        catch (ObjectStoreException exception) when (exception.InnerException is S3StoreException fault)
        {
            if (!fault.IsTemporary)
            {
                throw new StoreException(fault.Message, fault);
            }

            LogNotReached(fault.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "The file store does not answer; jobs with files will fail until it does. {Reason}")]
    private partial void LogNotReached(string reason);
}
