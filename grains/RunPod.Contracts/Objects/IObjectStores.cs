namespace RunPod.Contracts.Objects;

/// <summary>Finds the store that a job's files go to.</summary>
public interface IObjectStores
{
    /// <summary>The bucket that a job's request names, or the service's own store. To be opened once per attempt.</summary>
    /// <param name="s3Config">The request's <see cref="S3Config"/>, protected; null for the service's own store.</param>
    /// <exception cref="ObjectStoreException">The configuration cannot be read or used.</exception>
    IObjectStore Open(byte[]? s3Config);
}
