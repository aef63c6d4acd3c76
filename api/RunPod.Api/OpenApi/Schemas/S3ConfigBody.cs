namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A bucket of your own for the job's files. Kept encrypted, and never answered.</summary>
internal sealed record S3ConfigBody
{
    public required string AccessId { get; init; }

    public required string AccessSecret { get; init; }

    public required string BucketName { get; init; }

    /// <summary>An http or https URL.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>Put before the names of the files.</summary>
    public string? ObjectPath { get; init; }
}
