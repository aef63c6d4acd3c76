using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;
using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects.S3;

/// <summary>Files in a bucket, read back by presigned URLs.</summary>
internal sealed class S3ObjectStore(S3Bucket bucket, TimeSpan uploadTimeout, TimeProvider clock) : IObjectStore
{
    private const int ConcurrentDeletes = 8;

    // Signature version 4 allows 7 days, and for what it takes for longer the SDK goes back to version 2, which few servers still know.
    private static readonly TimeSpan LongestUrl = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    // Below the 30 seconds that a grain's call may take.
    private static readonly TimeSpan DeleteTimeout = TimeSpan.FromSeconds(20);

    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectKey.ThrowIfInvalid(key);
        var request = new PutObjectRequest
        {
            BucketName = bucket.Name,
            Key = bucket.Prefix + key,
            ContentType = contentType,
            InputStream = StreamOver(content),
            // One body of known length and hash: servers other than AWS' know no chunks with trailers.
            UseChunkEncoding = false,
        };
        await CallAsync("s3:PutObject", uploadTimeout, token => bucket.Client.PutObjectAsync(request, token), cancellationToken);
    }

    public Uri GetUrl(string key, string requestBaseUrl, DateTimeOffset expiresAt)
    {
        ObjectKey.ThrowIfInvalid(key);
        // Nothing deletes a file in a client's bucket, so its URL lasts as long as it can.
        var lifetime = bucket.IsClients ? LongestUrl : TimeSpan.FromSeconds(Math.Clamp((expiresAt - clock.GetUtcNow()).TotalSeconds, 1, LongestUrl.TotalSeconds));
        return new Uri(bucket.UrlClient.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = bucket.Name,
            Key = bucket.Prefix + key,
            Verb = HttpVerb.GET,
            Protocol = bucket.UrlProtocol,
            // The SDK signs by the machine's clock, whatever ours says.
            Expires = (TimeProvider.System.GetUtcNow() + lifetime).UtcDateTime,
        }));
    }

    public async Task DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ThrowIfInvalidPrefix(prefix);
        await CallAsync("s3:ListBucket and s3:DeleteObject", DeleteTimeout, token => DeleteAllPagesAsync(bucket.Prefix + prefix, token), cancellationToken);
    }

    /// <summary>Finds out whether the bucket is there and the credentials are right.</summary>
    /// <exception cref="ObjectStoreException">They are not.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket.Name, Prefix = bucket.Prefix, MaxKeys = 1 };
        await CallAsync("s3:ListBucket", DeleteTimeout, token => bucket.Client.ListObjectsV2Async(request, token), cancellationToken);
    }

    private async Task<bool> DeleteAllPagesAsync(string prefix, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket.Name, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await bucket.Client.ListObjectsV2Async(request, cancellationToken);
            // One by one: deleting many in one request takes a checksum that not every server knows, and a job has few files.
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentDeletes, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(page.S3Objects ?? [], parallel, async (file, token) => await bucket.Client.DeleteObjectAsync(bucket.Name, file.Key, token));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated is true);

        return true;
    }

    private async Task<T> CallAsync<T>(string permission, TimeSpan atMost, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(stop.Token);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fault = S3Fault.Of(exception);
            var description = fault.Describe(bucket.Place, permission);
            throw bucket.IsClients
                ? new ObjectStoreException(description, fault.Code)
                : ServiceStoreFault.Of(fault.Code, new S3StoreException(description, fault.IsTemporary, exception));
        }
    }

    private static MemoryStream StreamOver(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);
}
