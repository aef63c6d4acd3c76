namespace RunPod.Contracts.Objects;

/// <summary>A store did not do what it was asked to.</summary>
/// <param name="message">For the client: what happened and what to do; no secret and no URL with a query is in it.</param>
/// <param name="reason">For the log: the store's own code, such as <c>NoSuchBucket</c>; nothing of the client's is in it.</param>
/// <param name="innerException">For the log, where the store is the service's own.</param>
public sealed class ObjectStoreException(string message, string reason, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The store's own code for what happened.</summary>
    public string Reason => reason;
}
