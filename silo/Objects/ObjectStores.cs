using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Secrets;
using RunPod.Silo.Objects.S3;

namespace RunPod.Silo.Objects;

/// <summary>The service's own store, and the buckets that requests name.</summary>
internal sealed class ObjectStores(IObjectStore own, S3Buckets buckets, ISecretProtector secrets, IOptions<ObjectStoreOptions> options, TimeProvider clock) : IObjectStores
{
    public IObjectStore Open(byte[]? s3Config)
    {
        if (s3Config is null)
        {
            return own;
        }

        try
        {
            var config = S3Config.FromBytes(secrets.Unprotect(SecretPurposes.S3Config, s3Config));
            return new S3ObjectStore(buckets.OfClient(config), options.Value.UploadTimeout, clock);
        }
        catch (CryptographicException)
        {
            throw new ObjectStoreException(
                "The job's s3Config cannot be decrypted any more, since the service has lost its keys. Submit the job again.", "KeysLost");
        }
        catch (Exception exception) when (exception is ArgumentException or UriFormatException or AmazonClientException)
        {
            // Without the exception, which may name what the client wrote.
            throw new ObjectStoreException("The job's s3Config cannot be used. Correct endpointUrl and bucketName and submit the job again.", "UnusableConfig");
        }
    }
}
