using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Errors;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>A job as an answer: all of it, or only what the operation promises. The output's bytes go out as they were stored.</summary>
internal sealed class JobResult : IHeldAnswer
{
    private const int PieceLength = 64 * 1024;

    private readonly string _id;
    private readonly JobStatus _status;
    private readonly JobSnapshot? _times;
    private readonly JobSnapshot? _rest;

    private readonly bool _hasTag;

    private JobResult(string id, JobStatus status, JobSnapshot? times, JobSnapshot? rest, bool hasTag = false)
    {
        _id = id;
        _status = status;
        _times = times;
        _rest = rest;
        _hasTag = hasTag;
    }

    public long HeldBytes => _rest?.Output?.Length ?? 0;

    public IResult WhenNoRoom { get; private init; } = ApiErrors.TooManyBytes;

    private static ReadOnlySpan<byte> OutputName => ",\"output\":"u8;

    /// <summary><c>id</c> and <c>status</c>.</summary>
    public static JobResult Brief(string id, JobStatus status) => new(id, status, times: null, rest: null);

    /// <summary><c>id</c>, <c>status</c>, and the times that are known.</summary>
    public static JobResult WithTimes(JobSnapshot job) => new(job.JobId, job.Status, times: job, rest: null);

    /// <summary>All that is known.</summary>
    /// <param name="job">The job.</param>
    /// <param name="whenNoRoom">The answer if the output is too large to be held now.</param>
    public static JobResult Whole(JobSnapshot job, IResult? whenNoRoom = null) =>
        new(job.JobId, job.Status, times: job, rest: job) { WhenNoRoom = whenNoRoom ?? ApiErrors.TooManyBytes };

    /// <summary>All that is known, with an <c>ETag</c>: a client that has it already gets 304.</summary>
    public static JobResult WithTag(JobSnapshot job) => new(job.JobId, job.Status, times: job, rest: job, hasTag: true);

    /// <summary>All that is known, for a body that holds more.</summary>
    public static async Task WriteWholeAsync(JobSnapshot job, Action<ReadOnlySpan<byte>> write, Func<ValueTask> flush)
    {
        var scratch = JobJsonScratch.Get();
        Whole(job).WriteHead(scratch.Json);
        write(scratch.Written);
        write(job.Output is null ? ""u8 : OutputName);
        for (var offset = 0; offset < job.Output?.Length; offset += PieceLength)
        {
            write(job.Output.AsSpan(offset, Math.Min(PieceLength, job.Output.Length - offset)));
            await flush();
        }

        write("}"u8);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var scratch = JobJsonScratch.Get();
        WriteHead(scratch.Json);
        var head = scratch.Written;
        var output = _rest?.Output;
        if (_hasTag && BodyTag.IsKnown(httpContext, head, output))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        response.ContentLength = head.Length + 1 + (output is null ? 0L : OutputName.Length + output.Length);
        var body = response.BodyWriter;
        body.Write(head);
        if (output is not null)
        {
            body.Write(OutputName);
            return WriteOutputAsync(httpContext, output);
        }

        body.Write("}"u8);
        var flush = body.FlushAsync(httpContext.RequestAborted);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }

    // The object stays open: the output comes last, because only it is too large to be copied into the scratch.
    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        JobJson.WriteBrief(json, _id, _status);
        if (_times is not null)
        {
            JobJson.WriteTimes(json, _times);
        }

        if (_rest is not null)
        {
            JobJson.WriteRest(json, _rest);
        }

        json.Flush();
    }

    private static async Task WriteOutputAsync(HttpContext http, byte[] output)
    {
        var body = http.Response.BodyWriter;
        await WriteOutputAsync(body, output, http.RequestAborted);

        // With the last bytes under way, so that the client, when it has them, finds the place free.
        http.Features.Get<RequestPermit>()?.Release();
        body.Write("}"u8);
        await body.FlushAsync(http.RequestAborted);
    }

    /// <summary>Writes an output; the object it is in stays open.</summary>
    internal static async Task WriteOutputAsync(PipeWriter body, byte[] output, CancellationToken aborted)
    {
        // In pieces, so that a slow reader of a large output does not make the server hold a second copy of it.
        for (var offset = 0; offset < output.Length; offset += PieceLength)
        {
            await body.WriteAsync(output.AsMemory(offset, Math.Min(PieceLength, output.Length - offset)), aborted);
        }
    }
}
