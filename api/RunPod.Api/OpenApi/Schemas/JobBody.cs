using System.Text.Json;

namespace RunPod.Api.OpenApi.Schemas;

/// <summary>A job. What is not known yet, or not asked for, is absent.</summary>
internal sealed record JobBody
{
    /// <summary>An opaque name; that of a /runsync job begins with sync-.</summary>
    public required string Id { get; init; }

    /// <summary>COMPLETED, FAILED, CANCELLED and TIMED_OUT are final.</summary>
    public required JobStatusName Status { get; init; }

    /// <summary>Milliseconds in the queue.</summary>
    public long? DelayTime { get; init; }

    /// <summary>Milliseconds on a worker.</summary>
    public long? ExecutionTime { get; init; }

    /// <summary>Why the job failed or timed out.</summary>
    public string? Error { get; init; }

    /// <summary>Attempts that were lost with their worker.</summary>
    public int? Retries { get; init; }

    /// <summary>The worker that ran the job last.</summary>
    public string? WorkerId { get; init; }

    /// <summary>The device of that worker.</summary>
    public string? Gpu { get; init; }

    /// <summary>What the model answered: any JSON value. Of a Stable Diffusion endpoint, an array of {image, seed}. While the job runs, how far it is.</summary>
    public JsonElement? Output { get; init; }
}
