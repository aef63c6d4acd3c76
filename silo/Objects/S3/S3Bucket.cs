using Amazon.S3;

namespace RunPod.Silo.Objects.S3;

/// <summary>A bucket and how to reach it.</summary>
internal sealed record S3Bucket
{
    /// <summary>For requests.</summary>
    public required IAmazonS3 Client { get; init; }

    /// <summary>For URLs, which may lead by another host.</summary>
    public required IAmazonS3 UrlClient { get; init; }

    /// <summary>The scheme of URLs.</summary>
    public required Protocol UrlProtocol { get; init; }

    /// <summary>The bucket's name.</summary>
    public required string Name { get; init; }

    /// <summary>What keys begin with: empty, or a folder and <c>/</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Its names in messages.</summary>
    public required S3Place Place { get; init; }

    /// <summary>Whether it is a client's own and not the service's.</summary>
    public required bool IsClients { get; init; }
}
