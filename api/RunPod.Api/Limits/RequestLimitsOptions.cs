namespace RunPod.Api.Limits;

/// <summary>How large a body may be, and how many bytes are in memory. Section <c>RequestLimits</c>.</summary>
/// <remarks>
/// What bounds the bytes that a front end holds for a user, besides the places of the operation (<c>RateLimits:Operations:NAME:Concurrency</c>) and
/// <see cref="BytesInMemory.Uncounted"/> for each:
/// <code>
/// any connection                       Kestrel's buffers: ConnectionBuffer in, 64 KiB out
/// /run, /runsync, POST below /batch    the body, until the job or batch has it: Run, RunSync, Batch and BytesInMemoryPerUser
/// PUT /batch/{id}, /finalize           the body: 64 KiB
/// /runsync, /status, /status-sync,     the output, until the client has it: BytesInMemoryPerUser
///   /cancel (of a job that has ended)
/// /stream                              8 MiB of chunks, before they are taken and until the client has them: BytesInMemoryPerUser
///   events, at their end               the output: BytesInMemoryPerUser
/// GET /batch/{id}/requests             one output at a time: BytesInMemoryPerUser
/// /requests, GET /batch                200 lines without inputs and outputs, about 64 KiB
/// /purge-queue                         1,000 ids, 8 cancelled jobs at a time
/// /health, /retry, /webhooks/secret    an answer of a known, small size
/// /files                               a buffer; the file is not in memory
/// </code>
/// </remarks>
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

    /// <summary>
    /// Bytes of bodies that have come in and of answers that go out, of one user, in this process. A body that finds no room waits for it as long as a
    /// request may take, then it is answered 429; an answer that finds none is 429 at once.
    /// </summary>
    public long BytesInMemoryPerUser { get; set; } = 256L * 1024 * 1024;

    /// <summary>The same of all users.</summary>
    public long BytesInMemory { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Bytes a second, on average after 5 seconds, below which the connection of a body or an answer is ended.</summary>
    public double MinBytesPerSecond { get; set; } = 4096;

    /// <summary>Bytes of a connection that are in memory before anybody reads them, so also without a key.</summary>
    public long ConnectionBuffer { get; set; } = 128L * 1024;
}
