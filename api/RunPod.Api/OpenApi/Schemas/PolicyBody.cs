using System.ComponentModel.DataAnnotations;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>How the job is to be treated.</summary>
internal sealed record PolicyBody
{
    /// <summary>Milliseconds from the start of the run to TIMED_OUT; by default 600000.</summary>
    [Range(5_000, 604_800_000)]
    public long? ExecutionTimeout { get; init; }

    /// <summary>Milliseconds from submission to TIMED_OUT, whatever the state; by default 86400000.</summary>
    [Range(10_000, 604_800_000)]
    public long? Ttl { get; init; }

    /// <summary>Let jobs without it go first.</summary>
    public bool? LowPriority { get; init; }
}
