using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Jobs;
using RunPod.Api.Keys;
using RunPod.Api.Limits;
using RunPod.Api.Requests;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Batches;

/// <summary>
/// Requests of a batch with their outputs, written as they are read: however large the outputs are, one is in memory at a time, and counted.
/// A request is shown as its job is; where there is no job, as the batch remembers it.
/// </summary>
internal sealed class BatchRequestsResult(BatchRequestPage page, PageQuery query, Func<BatchRequest, Task<JobSnapshot?>> readJob, BytesInMemory room) : IResult
{
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText StartedAt = JsonEncodedText.Encode("startedAt");
    private static readonly JsonEncodedText CompletedAt = JsonEncodedText.Encode("completedAt");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var aborted = httpContext.RequestAborted;
        var body = httpContext.Response.BodyWriter;
        for (var i = 0; i < page.Requests.Length; i++)
        {
            // Before the first byte: a failure of the first read is still answered as one.
            var request = page.Requests[i];
            using var read = request.HasJob ? await CountedJob.ReadAsync(() => readJob(request), room, httpContext.User.UserId(), aborted) : default;
            WriteBetween(httpContext.Response, i);
            WriteHead(body, request, read.Job);
            if (read.Job is { Status: JobStatus.Completed, Output: { } output })
            {
                body.Write(",\"output\":"u8);
                await JobResult.WriteOutputAsync(body, output, aborted);
            }

            body.Write("}"u8);
            await body.FlushAsync(aborted);
        }

        if (page.Requests.Length == 0)
        {
            WriteBetween(httpContext.Response, 0);
        }

        WriteTail(body);
        httpContext.Features.Get<RequestPermit>()?.Release();
        await body.FlushAsync(aborted);
    }

    private static void WriteBetween(HttpResponse response, int number)
    {
        if (number == 0)
        {
            response.ContentType = "application/json";
        }

        response.BodyWriter.Write(number == 0 ? "{\"requests\":["u8 : ","u8);
    }

    // The object stays open for the output.
    private static void WriteHead(IBufferWriter<byte> body, BatchRequest request, JobSnapshot? job)
    {
        var scratch = JobJsonScratch.Get();
        var json = scratch.Json;
        json.WriteStartObject();
        json.WriteString(Id, request.RequestId);
        json.WriteString(Status, JobStatusNames.ToWire(job?.Status ?? request.Status));
        if (job?.Error is { } error)
        {
            json.WriteString(Error, error);
        }

        WriteTime(json, StartedAt, job is null ? request.StartedAt : job.StartedAt);
        WriteTime(json, CompletedAt, job is null ? request.EndedAt : job.EndedAt);
        json.Flush();
        body.Write(scratch.Written);
    }

    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
    }

    private void WriteTail(IBufferWriter<byte> body)
    {
        var scratch = JobJsonScratch.Get();
        var json = scratch.Json;
        json.WriteStartObject();
        json.WriteNumber("total", page.Total);
        json.WriteNumber("offset", query.Offset);
        json.WriteNumber("limit", query.Limit);
        json.WriteBoolean("hasMore", query.Offset + page.Requests.Length < page.Total);
        json.WriteEndObject();
        json.Flush();

        // The array's object goes on where the scratch's own begins.
        body.Write("],"u8);
        body.Write(scratch.Written[1..]);
    }
}
