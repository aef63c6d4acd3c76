using Microsoft.Extensions.Options;
using RunPod.Contracts.Batches;
using RunPod.Grains.Jobs;

namespace RunPod.Silo.Objects;

/// <summary>Each failure names the setting and what it must be.</summary>
internal sealed class ObjectStoreOptionsValidator(IOptions<RetentionOptions> jobs, IOptions<BatchOptions> batches) : IValidateOptions<ObjectStoreOptions>
{
    private TimeSpan LongestRetention => new[] { jobs.Value.Async, jobs.Value.Sync, batches.Value.Retention }.Max();

    public ValidateOptionsResult Validate(string? name, ObjectStoreOptions options)
    {
        var s3 = options.S3;
        var fault = (options, s3) switch
        {
            ({ PublicBaseUrl.Length: > 0 }, _) when !IsBaseUrl(options.PublicBaseUrl) =>
                "ObjectStore:PublicBaseUrl must be an absolute http or https URL without query, such as 'https://api.example.com'.",
            _ when options.UploadTimeout < TimeSpan.FromSeconds(1) => "ObjectStore:UploadTimeout must be at least 1 second, such as '00:01:00'.",
            _ when options.ForgottenAfter < LongestRetention + TimeSpan.FromDays(1) =>
                $"ObjectStore:ForgottenAfter must be at least a day longer than Retention:Async, Retention:Sync and Batches:Retention, so '{LongestRetention + TimeSpan.FromDays(1)}'.",
            (_, { Bucket.Length: 0 }) => s3 is { EndpointUrl: "", AccessKeyId: "", SecretAccessKey: "", Prefix: "" }
                ? null
                : "ObjectStore:S3 names no bucket. Set ObjectStore:S3:Bucket, or remove the other settings of ObjectStore:S3 to keep files in a folder.",
            ({ Folder.Length: > 0 }, _) => "ObjectStore:Folder and ObjectStore:S3:Bucket are both set. Files go to one of them: remove the other.",
            (_, { EndpointUrl.Length: > 0 }) when !IsBaseUrl(s3.EndpointUrl) =>
                "ObjectStore:S3:EndpointUrl must be an absolute http or https URL without query, such as 'http://minio:9000'; leave it out for AWS.",
            (_, { PublicEndpointUrl.Length: > 0 }) when !IsBaseUrl(s3.PublicEndpointUrl) =>
                "ObjectStore:S3:PublicEndpointUrl must be an absolute http or https URL without query, such as 'https://files.example.com'.",
            _ when (s3.AccessKeyId.Length == 0) != (s3.SecretAccessKey.Length == 0) =>
                "ObjectStore:S3:AccessKeyId and ObjectStore:S3:SecretAccessKey go together: set both, or none to use the machine's own credentials.",
            (_, { Region.Length: 0 }) => "ObjectStore:S3:Region must name the bucket's region, such as 'eu-central-1'.",
            _ when s3.Prefix.Length > 0 && !ObjectKey.IsValid(s3.Prefix.Trim('/')) =>
                "ObjectStore:S3:Prefix takes segments of letters, digits, '.', '_' and '-' joined by '/', such as 'runpod/files'.",
            _ => null,
        };
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }

    private static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0;
}
