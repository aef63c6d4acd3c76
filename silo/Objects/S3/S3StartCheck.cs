using RunPod.Contracts.Objects;
using RunPod.Silo.Store;

namespace RunPod.Silo.Objects.S3;

/// <summary>Looks at the service's own bucket before the service starts: wrong settings end the start, a server that is down does not.</summary>
internal static partial class S3StartCheck
{
    public static async Task RunAsync(S3ObjectStore store, ILogger logger, CancellationToken cancellationToken)
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

            LogNotReached(logger, fault.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The file store does not answer; jobs with files will fail until it does. {Reason}")]
    private static partial void LogNotReached(ILogger logger, string reason);
}
