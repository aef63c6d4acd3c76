namespace RunPod.Contracts.Objects;

/// <summary>Where the files of jobs (pictures, oversize outputs) live until they expire.</summary>
public interface IObjectStore
{
    /// <summary>Stores a file; an existing one of the same key is replaced whole, never seen half written.</summary>
    /// <param name="key">Segments of <c>[A-Za-z0-9._-]</c> joined by <c>/</c>, such as <c>stable-diffusion-v1/JOB/1/0.png</c>.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <exception cref="ObjectStoreException">The file was not stored; the message tells the client why.</exception>
    Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>A URL from which anybody who holds it can fetch the file until <paramref name="expiresAt"/>.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="requestBaseUrl">Scheme and authority under which the client reached the front end; used when no base URL is configured.</param>
    /// <param name="expiresAt">When the URL stops working. S3 knows none that works for more than 7 days, and in a client's own bucket it always gets those.</param>
    Uri GetUrl(string key, string requestBaseUrl, DateTimeOffset expiresAt);

    /// <summary>Deletes every file whose key starts with <paramref name="prefix"/> (which ends in <c>/</c>); none is not an error.</summary>
    /// <exception cref="ObjectStoreException">Some may be left.</exception>
    Task DeleteAllAsync(string prefix, CancellationToken cancellationToken);
}
