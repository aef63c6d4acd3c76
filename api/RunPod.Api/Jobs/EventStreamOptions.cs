namespace RunPod.Api.Jobs;

/// <summary>How <c>/stream</c> sends events; what a stream may hold belongs to the grains.</summary>
internal sealed class EventStreamOptions
{
    public const string Section = "Streams";

    /// <summary>How long a connection may be silent before a comment is sent, so that proxies keep it open.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);
}
