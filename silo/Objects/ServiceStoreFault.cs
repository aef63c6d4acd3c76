using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects;

/// <summary>A failure of the service's own store: the client learns that it is none of its doing, the log why.</summary>
internal static class ServiceStoreFault
{
    public static ObjectStoreException Of(string reason, Exception exception) =>
        new($"The service's file store did not take the job's files ({reason}). Tell the operator, and retry the job.", reason, exception);
}
