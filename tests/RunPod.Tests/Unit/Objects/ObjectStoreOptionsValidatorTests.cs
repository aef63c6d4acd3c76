using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Batches;
using RunPod.Grains.Jobs;
using RunPod.Silo.Objects;

namespace RunPod.Tests.Unit.Objects;

public sealed class ObjectStoreOptionsValidatorTests
{
    [Theory]
    [InlineData]
    [InlineData("S3:Bucket=b")]
    [InlineData("S3:Bucket=b", "S3:EndpointUrl=http://minio:9000", "S3:PublicEndpointUrl=https://files.example.com", "S3:Prefix=a/b/", "S3:AccessKeyId=i", "S3:SecretAccessKey=s", "S3:PathStyle=false")]
    public void Validate_UsableSettings_Succeeds(params string[] settings) => Assert.Null(Validate(settings));

    [Theory]
    [InlineData("ObjectStore:S3 names no bucket.", "S3:EndpointUrl=http://minio:9000")]
    [InlineData("ObjectStore:S3 names no bucket.", "S3:AccessKeyId=i", "S3:SecretAccessKey=s")]
    [InlineData("ObjectStore:Folder and ObjectStore:S3:Bucket are both set.", "S3:Bucket=b", "Folder=f")]
    [InlineData("ObjectStore:S3:EndpointUrl must be", "S3:Bucket=b", "S3:EndpointUrl=minio:9000")]
    [InlineData("ObjectStore:S3:PublicEndpointUrl must be", "S3:Bucket=b", "S3:PublicEndpointUrl=https://a/?b=c")]
    [InlineData("ObjectStore:S3:AccessKeyId and ObjectStore:S3:SecretAccessKey go together", "S3:Bucket=b", "S3:AccessKeyId=i")]
    [InlineData("ObjectStore:S3:Region must name", "S3:Bucket=b", "S3:Region=")]
    [InlineData("ObjectStore:S3:Prefix takes segments", "S3:Bucket=b", "S3:Prefix=a/../b")]
    [InlineData("ObjectStore:UploadTimeout must be", "UploadTimeout=00:00:00")]
    [InlineData("ObjectStore:ForgottenAfter must be at least a day longer than Retention:Async, Retention:Sync and Batches:Retention, so '4.00:00:00'.", "ForgottenAfter=3.23:59:59")]
    [InlineData("ObjectStore:PublicBaseUrl must be", "PublicBaseUrl=example.com")]
    public void Validate_UnusableSettings_NamesTheSetting(string expected, params string[] settings) =>
        Assert.StartsWith(expected, Validate(settings), StringComparison.Ordinal);

    private static string? Validate(string[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(setting => KeyValuePair.Create($"ObjectStore:{setting[0]}", (string?)setting[1])))
            .Build();
        var options = configuration.GetSection(ObjectStoreOptions.Section).Get<ObjectStoreOptions>() ?? new ObjectStoreOptions();
        return new ObjectStoreOptionsValidator(Options.Create(new RetentionOptions()), Options.Create(new BatchOptions())).Validate(null, options).FailureMessage;
    }
}
