namespace RunPod.Silo.Objects.S3;

/// <summary>A bucket, and what the settings are called that lead to it, for messages.</summary>
internal sealed record S3Place
{
    public required string Bucket { get; init; }

    public required string Host { get; init; }

    public required string AccessIdSetting { get; init; }

    public required string SecretSetting { get; init; }

    public required string BucketSetting { get; init; }

    public required string EndpointSetting { get; init; }

    /// <summary>What to do after a setting was corrected.</summary>
    public required string Again { get; init; }

    /// <summary>What to do when it may go better next time.</summary>
    public required string Retry { get; init; }

    /// <summary>The bucket of a request's <c>s3Config</c>.</summary>
    public static S3Place OfClient(string bucket, Uri endpoint) => new()
    {
        Bucket = bucket,
        Host = endpoint.Authority,
        AccessIdSetting = "s3Config.accessId",
        SecretSetting = "s3Config.accessSecret",
        BucketSetting = "s3Config.bucketName",
        EndpointSetting = "s3Config.endpointUrl",
        Again = "submit the job again",
        Retry = "retry the job",
    };

    /// <summary>The bucket of the service's configuration.</summary>
    public static S3Place OfService(S3StoreOptions options) => new()
    {
        Bucket = options.Bucket,
        Host = options.EndpointUrl.Length > 0 ? new Uri(options.EndpointUrl).Authority : $"AWS in {options.Region}",
        AccessIdSetting = "ObjectStore:S3:AccessKeyId",
        SecretSetting = "ObjectStore:S3:SecretAccessKey",
        BucketSetting = "ObjectStore:S3:Bucket",
        EndpointSetting = "ObjectStore:S3:EndpointUrl and ObjectStore:S3:Region",
        Again = "start the service again",
        Retry = "start the service again",
    };
}
