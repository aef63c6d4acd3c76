using System.Buffers;
using System.Text.Json;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>A buffer and a writer that a thread uses again and again; only for work that does not await.</summary>
internal sealed class JobJsonScratch
{
    private const int KeptCapacity = 16 * 1024;

    [ThreadStatic]
    private static JobJsonScratch? _ofThread;

    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    private JobJsonScratch() => Json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JobJson.Encoder, SkipValidation = true });

    public Utf8JsonWriter Json { get; }

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>This thread's scratch, empty.</summary>
    public static JobJsonScratch Get()
    {
        var scratch = _ofThread ??= new JobJsonScratch();
        // A long error text must not stay with the thread.
        if (scratch._buffer.Capacity > KeptCapacity)
        {
            scratch = _ofThread = new JobJsonScratch();
        }

        scratch._buffer.ResetWrittenCount();
        scratch.Json.Reset();
        return scratch;
    }
}
