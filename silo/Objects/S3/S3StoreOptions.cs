namespace RunPod.Silo.Objects.S3;

/// <summary>A bucket for the files of jobs instead of a local folder. Section <c>ObjectStore:S3</c>.</summary>
public sealed class S3StoreOptions
{
    /// <summary>The bucket, which exists and which the service may list, read, write and delete in. Empty: the files go to the local folder.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>A folder in the bucket; empty for its root. Everything below it that jobs leave is deleted at their expiry.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The server's URL; empty: AWS in <see cref="Region"/>. It may be on a private network.</summary>
    public string EndpointUrl { get; set; } = "";

    /// <summary>The URL under which clients reach the server; empty: <see cref="EndpointUrl"/>.</summary>
    public string PublicEndpointUrl { get; set; } = "";

    /// <summary>The bucket's region; servers that have none take the default.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The access key's id. Empty: what the AWS SDK finds by itself (environment, profile, the machine's role), whose URLs end with its session.</summary>
    public string AccessKeyId { get; set; } = "";

    /// <summary>The access key's secret.</summary>
    public string SecretAccessKey { get; set; } = "";

    /// <summary>Whether the bucket is in the URL's path and not in its host; by default it is where an <see cref="EndpointUrl"/> is set.</summary>
    public bool? PathStyle { get; set; }
}
