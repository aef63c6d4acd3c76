using System.Text;
using System.Text.Json;
using RunPod.Api.Jobs;

namespace RunPod.Tests.Unit.Api;

public sealed class S3ConfigReaderTests
{
    [Theory]
    [InlineData("pictures", "https://s3.example:9000/base", "a/b c/ü")]
    [InlineData("0.My_old-bucket", "http://10.0.0.1", null)]
    [InlineData("b", "http://h", "")]
    public void Read_UsableConfig_IsThere(string bucket, string endpoint, string? path)
    {
        var config = Read(bucket, endpoint, path).Value!;

        Assert.Equal((bucket, endpoint, path), (config.BucketName, config.EndpointUrl, config.ObjectPath));
    }

    [Theory]
    [InlineData("..", "https://s3.example", null, "bucketName")]
    [InlineData("a/b", "https://s3.example", null, "bucketName")]
    [InlineData("a?b", "https://s3.example", null, "bucketName")]
    [InlineData("arn:aws:s3:us-west-2:1:accesspoint/x", "https://s3.example", null, "bucketName")]
    [InlineData("pictures", "https://user:secret@s3.example", null, "endpointUrl")]
    [InlineData("pictures", "https://s3.example/?a=b", null, "endpointUrl")]
    [InlineData("pictures", "https://s3.example", "a/../../other", "objectPath")]
    [InlineData("pictures", "https://s3.example", "./a", "objectPath")]
    [InlineData("pictures", "https://s3.example", "a\nb", "objectPath")]
    public void Read_UnusableConfig_NamesTheField(string bucket, string endpoint, string? path, string field)
    {
        var error = Read(bucket, endpoint, path).Error?.Value;

        Assert.Equal("invalid_s3_config", error?.Code);
        Assert.Contains($"\"s3Config.{field}\"", error?.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PathTooLong_IsAnError() => Assert.NotNull(Read("b", "https://h", new string('ü', 257)).Error);

    private static RunPod.Api.OrError<RunPod.Contracts.Objects.S3Config?> Read(string bucketName, string endpointUrl, string? objectPath)
    {
        var json = JsonSerializer.Serialize(new { accessId = "A", accessSecret = "S", bucketName, endpointUrl, objectPath });
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return S3ConfigReader.Read(ref reader);
    }
}
