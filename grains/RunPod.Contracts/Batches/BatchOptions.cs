namespace RunPod.Contracts.Batches;

/// <summary>Bounds of batches. Section <c>Batches</c>.</summary>
public sealed class BatchOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Batches";

    /// <summary>Requests of a batch; 5,000 as RunPod documents.</summary>
    public int MaxRequests { get; set; } = 5_000;

    /// <summary>Batches of a user on an endpoint that are DRAFT or FINALIZED; 10 as RunPod documents.</summary>
    public int MaxActive { get; set; } = 10;

    /// <summary>Requests of a user's FINALIZED batches on an endpoint that have not ended; 50,000 as RunPod documents.</summary>
    public int MaxQueued { get; set; } = 50_000;

    /// <summary>
    /// Bytes that the store keeps of a user's batches on an endpoint: requests, as long as their batch has not ended or they have a job, and 4 KiB for each batch.
    /// More are refused with 429. At the default a user can keep 130,000 batches without requests, or 5,000 requests of 100 KiB each.
    /// </summary>
    public long MaxBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How many requests of a batch are jobs of the endpoint at the same time. More keep more workers busy; all others wait in the batch, not in the endpoint's queue.</summary>
    public int Window { get; set; } = 100;

    /// <summary>How long a batch is kept after its end, a request's output after the request's end, and a DRAFT after it was last changed.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(72);
}
