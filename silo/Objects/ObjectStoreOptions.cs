using RunPod.Silo.Objects.S3;

namespace RunPod.Silo.Objects;

/// <summary>Where the files of jobs lie and under which address clients fetch them.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "ObjectStore";

    /// <summary>Folder of the files; empty: <c>objects</c> in the data folder. Several front ends need one that all of them share.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// Scheme, authority and optional path under which clients reach the front ends, such as <c>https://api.example.com</c>.
    /// Empty: the address of the request that asks for the URL, which is wrong behind a proxy that hides it.
    /// </summary>
    public string PublicBaseUrl { get; set; } = "";

    /// <summary>How long storing a file in a bucket may take, retries included, before the job is FAILED.</summary>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// When a file in the folder is deleted that its job has left there, as one can that was killed in the wrong instant. It must be longer than every
    /// retention, and is looked at once a day. A bucket has lifecycle rules for it.
    /// </summary>
    public TimeSpan ForgottenAfter { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A bucket instead of the folder.</summary>
    public S3StoreOptions S3 { get; } = new();

    /// <summary>Whether the files go to a bucket.</summary>
    public bool UsesBucket => S3.Bucket.Length > 0;
}
