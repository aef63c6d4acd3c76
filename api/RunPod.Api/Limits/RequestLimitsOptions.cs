namespace RunPod.Api.Limits;

/// <summary>How large a body may be.</summary>
internal sealed class RequestLimitsOptions
{
    public const string Section = "RequestLimits";

    /// <summary>An input travels in one grain message, which Orleans limits to 100 MiB, and is one value in the store.</summary>
    public const long Largest = 64L * 1024 * 1024;

    /// <summary>Bytes of a <c>/run</c> body; 10 MiB as RunPod documents.</summary>
    public long Run { get; set; } = 10L * 1024 * 1024;

    /// <summary>Bytes of a <c>/runsync</c> body; 20 MiB as RunPod documents.</summary>
    public long RunSync { get; set; } = 20L * 1024 * 1024;

    /// <summary>Bytes of the body that creates a batch or adds requests to one; 10 MiB as RunPod documents.</summary>
    public long Batch { get; set; } = 10L * 1024 * 1024;
}
