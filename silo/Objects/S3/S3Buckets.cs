using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects.S3;

/// <summary>Makes ready what leads to a bucket.</summary>
internal sealed class S3Buckets(GuardedS3Http http)
{
    private const int Retries = 2;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The bucket of a request. Its client holds no connection of its own, so it needs no disposal.</summary>
    public S3Bucket OfClient(S3Config config)
    {
        var endpoint = S3Endpoint.Of(config.EndpointUrl, config.BucketName);
        var settings = Settings();
        settings.ServiceURL = endpoint.Url.AbsoluteUri;
        settings.AuthenticationRegion = endpoint.Region;
        settings.ForcePathStyle = endpoint.PathStyle;
        settings.HttpClientFactory = http;
        // Nothing of this machine's environment applies to a client's bucket.
        settings.IgnoreConfiguredEndpointUrls = true;
        settings.DisableS3ExpressSessionAuth = true;
        var client = new AmazonS3Client(new BasicAWSCredentials(config.AccessId, config.AccessSecret), settings);
        return new S3Bucket
        {
            Client = client,
            UrlClient = client,
            UrlProtocol = ProtocolOf(endpoint.Url),
            Name = config.BucketName,
            Prefix = PrefixOf(config.ObjectPath),
            Place = S3Place.OfClient(config.BucketName, endpoint.Url),
            IsClients = true,
        };
    }

    /// <summary>The bucket of the configuration. The operator's own, so it may be on a private network.</summary>
    public static S3Bucket OfService(S3StoreOptions options)
    {
        var client = ClientOf(options, options.EndpointUrl);
        var urlEndpoint = options.PublicEndpointUrl.Length > 0 ? options.PublicEndpointUrl : options.EndpointUrl;
        return new S3Bucket
        {
            Client = client,
            UrlClient = options.PublicEndpointUrl.Length > 0 ? ClientOf(options, urlEndpoint) : client,
            UrlProtocol = urlEndpoint.Length > 0 ? ProtocolOf(new Uri(urlEndpoint)) : Protocol.HTTPS,
            Name = options.Bucket,
            Prefix = PrefixOf(options.Prefix),
            Place = S3Place.OfService(options),
            IsClients = false,
        };
    }

    private static AmazonS3Client ClientOf(S3StoreOptions options, string endpoint)
    {
        var settings = Settings();
        settings.ConnectTimeout = ConnectTimeout;
        settings.ForcePathStyle = options.PathStyle ?? endpoint.Length > 0;
        if (endpoint.Length > 0)
        {
            settings.ServiceURL = endpoint;
            settings.AuthenticationRegion = options.Region;
        }
        else
        {
            settings.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKeyId.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey), settings)
            : new AmazonS3Client(settings);
    }

    // Servers other than AWS' know no checksums beyond what a request must have.
    private static AmazonS3Config Settings() => new()
    {
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        RetryMode = RequestRetryMode.Standard,
        MaxErrorRetry = Retries,
    };

    private static Protocol ProtocolOf(Uri url) => url.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS;

    private static string PrefixOf(string? path) =>
        string.Concat((path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).Select(segment => segment + '/'));
}
