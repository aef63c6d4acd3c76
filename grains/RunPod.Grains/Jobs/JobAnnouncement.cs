using System.Buffers;
using System.Globalization;
using System.Text.Json;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Webhooks;

namespace RunPod.Grains.Jobs;

/// <summary>What a job's webhooks tell of its end. No clock, no I/O.</summary>
internal static class JobAnnouncement
{
    private const string Webhook = "webhook";
    private const string WebhookV2 = "webhookV2";

    private static ReadOnlySpan<byte> InputName => ",\"input\":"u8;

    private static byte[] OutputName { get; } = ",\"output\":"u8.ToArray();

    private static byte[] End { get; } = "}"u8.ToArray();

    /// <summary>The job's webhooks by name. A job that its client puts back into the queue ends again, and announces that end too.</summary>
    public static IEnumerable<(string Hook, string Url)> HooksOf(JobState job)
    {
        if (job.Webhook is { } webhook)
        {
            yield return (NameOf(Webhook, job), webhook);
        }

        if (job.WebhookV2 is { } webhookV2)
        {
            yield return (NameOf(WebhookV2, job), webhookV2);
        }
    }

    /// <summary>The message for a webhook; null unless the job has ended and this is one of that end.</summary>
    public static WebhookDelivery? Make(JobState job, string jobId, string hook) => job.IsTerminal && HooksOf(job).FirstOrDefault(found => found.Hook == hook) is { Url: { } url }
        ? new WebhookDelivery
        {
            MessageId = string.Create(CultureInfo.InvariantCulture, $"msg_{jobId}_{job.Round}"),
            UserId = job.UserId,
            Url = url,
            Body = job.Output is { } output ? [WriteHead(job, jobId), job.Input, OutputName, output, End] : [WriteHead(job, jobId), job.Input, End],
        }
        : null;

    private static string NameOf(string name, JobState job) => string.Create(CultureInfo.InvariantCulture, $"{name}.{job.Round}");

    /// <summary>All up to the input's value. The object stays open.</summary>
    private static byte[] WriteHead(JobState job, string jobId)
    {
        var snapshot = job.ToSnapshot(jobId);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JobJson.Encoder, SkipValidation = true }))
        {
            json.WriteStartObject();
            JobJson.WriteBrief(json, jobId, snapshot.Status);
            JobJson.WriteTimes(json, snapshot);
            JobJson.WriteRest(json, snapshot);
            if (job.Webhook is not null)
            {
                json.WriteString(Webhook, job.Webhook);
            }

            if (job.WebhookV2 is not null)
            {
                json.WriteString(WebhookV2, job.WebhookV2);
            }
        }

        buffer.Write(InputName);
        return buffer.WrittenSpan.ToArray();
    }
}
