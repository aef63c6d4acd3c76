using System.Text.Encodings.Web;
using System.Text.Json;

namespace RunPod.Contracts.Jobs;

/// <summary>
/// A job as clients see it, in answers and in webhooks. Each method writes properties into an open object. Input and output are not among
/// them: they go out as the bytes that they are stored as, and large ones are never copied into a writer.
/// </summary>
public static class JobJson
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText DelayTime = JsonEncodedText.Encode("delayTime");
    private static readonly JsonEncodedText ExecutionTime = JsonEncodedText.Encode("executionTime");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText Retries = JsonEncodedText.Encode("retries");
    private static readonly JsonEncodedText WorkerId = JsonEncodedText.Encode("workerId");
    private static readonly JsonEncodedText Gpu = JsonEncodedText.Encode("gpu");

    /// <summary>For JSON that is never part of an HTML page: quotes in a sentence stay readable.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Its id and status.</summary>
    public static void WriteBrief(Utf8JsonWriter json, string jobId, JobStatus status)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteString(Id, jobId);
        json.WriteString(Status, JobStatusNames.ToWire(status));
    }

    /// <summary>The times that are known.</summary>
    public static void WriteTimes(Utf8JsonWriter json, JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(job);
        if (job.DelayTime is { } delay)
        {
            json.WriteNumber(DelayTime, delay);
        }

        if (job.ExecutionTime is { } execution)
        {
            json.WriteNumber(ExecutionTime, execution);
        }
    }

    /// <summary>All else.</summary>
    public static void WriteRest(Utf8JsonWriter json, JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(job);
        if (job.Error is not null)
        {
            json.WriteString(Error, job.Error);
        }

        json.WriteNumber(Retries, job.Retries);
        if (job.WorkerId is not null)
        {
            json.WriteString(WorkerId, job.WorkerId);
        }

        if (job.Gpu is not null)
        {
            json.WriteString(Gpu, job.Gpu);
        }
    }
}
