using System.Text.RegularExpressions;

namespace RunPod.Silo.Objects.S3;

/// <summary>How to address the server that an <c>s3Config</c> names.</summary>
/// <param name="Url">Scheme, host, port and path.</param>
/// <param name="Region">The region to sign for.</param>
/// <param name="PathStyle">Whether the bucket goes into the path, which every server but a few of the large ones understands.</param>
internal sealed partial record S3Endpoint(Uri Url, string Region, bool PathStyle)
{
    // What servers without regions take.
    public const string DefaultRegion = "us-east-1";

    /// <summary>Reads an absolute URL; one whose host begins with the bucket's name asks for that style.</summary>
    public static S3Endpoint Of(string endpointUrl, string bucket)
    {
        var url = new Uri(endpointUrl);
        var namesBucket = url.Host.StartsWith(bucket + ".", StringComparison.OrdinalIgnoreCase);
        var host = namesBucket ? url.Host[(bucket.Length + 1)..] : url.Host;
        var server = new UriBuilder(url.Scheme, host, url.Port, url.AbsolutePath).Uri;
        return new S3Endpoint(server, RegionOf(host), PathStyle: !namesBucket);
    }

    private static string RegionOf(string host) => (RegionOfS3().Match(host), RegionOfRunPod().Match(host)) switch
    {
        ({ Success: true } aws, _) => aws.Groups["region"].Value,
        (_, { Success: true } runPod) => runPod.Groups["region"].Value.ToUpperInvariant(),
        _ => DefaultRegion,
    };

    // AWS, and others that copied the form: s3.eu-central-1.amazonaws.com, s3.us-west-004.backblazeb2.com, s3.fr-par.scw.cloud.
    [GeneratedRegex(@"^s3[.-](dualstack\.)?(?<region>[a-z]+-[a-z0-9-]+)\.", RegexOptions.IgnoreCase)]
    private static partial Regex RegionOfS3();

    // RunPod's network volumes: s3api-eu-ro-1.runpod.io is in EU-RO-1.
    [GeneratedRegex(@"^s3api-(?<region>[a-z0-9-]+)\.runpod\.io$", RegexOptions.IgnoreCase)]
    private static partial Regex RegionOfRunPod();
}
