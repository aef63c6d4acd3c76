using RunPod.Silo.Objects.S3;

namespace RunPod.Tests.Unit.Objects;

public sealed class S3EndpointTests
{
    [Theory]
    [InlineData("https://s3.eu-central-1.amazonaws.com", "https://s3.eu-central-1.amazonaws.com/", "eu-central-1", true)]
    [InlineData("https://s3-eu-west-1.amazonaws.com/", "https://s3-eu-west-1.amazonaws.com/", "eu-west-1", true)]
    [InlineData("https://s3.dualstack.us-west-2.amazonaws.com", "https://s3.dualstack.us-west-2.amazonaws.com/", "us-west-2", true)]
    [InlineData("https://s3.amazonaws.com", "https://s3.amazonaws.com/", "us-east-1", true)]
    [InlineData("https://pictures.s3.eu-west-3.amazonaws.com", "https://s3.eu-west-3.amazonaws.com/", "eu-west-3", false)]
    [InlineData("https://PICTURES.s3.amazonaws.com", "https://s3.amazonaws.com/", "us-east-1", false)]
    [InlineData("https://s3.us-west-004.backblazeb2.com", "https://s3.us-west-004.backblazeb2.com/", "us-west-004", true)]
    [InlineData("https://s3.fr-par.scw.cloud", "https://s3.fr-par.scw.cloud/", "fr-par", true)]
    [InlineData("https://s3api-eu-ro-1.runpod.io/", "https://s3api-eu-ro-1.runpod.io/", "EU-RO-1", true)]
    [InlineData("https://account.r2.cloudflarestorage.com", "https://account.r2.cloudflarestorage.com/", "us-east-1", true)]
    [InlineData("http://minio:9000/s3", "http://minio:9000/s3", "us-east-1", true)]
    [InlineData("http://[2001:db8::1]:9000", "http://[2001:db8::1]:9000/", "us-east-1", true)]
    public void Of_Endpoint_KnowsServerRegionAndStyle(string endpoint, string url, string region, bool pathStyle) =>
        Assert.Equal(new S3Endpoint(new Uri(url), region, pathStyle), S3Endpoint.Of(endpoint, "pictures"));
}
