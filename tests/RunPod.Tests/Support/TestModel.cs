using System.Collections.Concurrent;
using System.Text.Json;
using RunPod.Inference;

namespace RunPod.Tests.Support;

/// <summary>
/// A model that does what its input says, so that tests steer it: <c>{"say": [{"progress": 1}, {"chunk": 1}, {"preview": "text"}, {"chunks": 10, "bytes": 1000}]}</c>
/// (partial output), then <c>{"pause": 100}</c> (milliseconds) or <c>{"hold": true}</c> (until <see cref="Release"/> or cancellation), then <c>{"sayAfter": […]}</c>, then
/// <c>{"fail": "why"}</c>, <c>{"output": "bytes"}</c> or <c>{"file": "text"}</c>; anything else is echoed. It remembers every run, with the device that it ran on.
/// </summary>
internal sealed class TestModel : IModelFormat, IDisposable
{
    private readonly ManualResetEventSlim _released = new();

    public ConcurrentQueue<(string Input, string DeviceId)> Runs { get; } = new();

    /// <summary>Counts the runs that have begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    /// <summary>Counts the runs that were cancelled while held.</summary>
    public SemaphoreSlim Cancelled { get; } = new(0);

    /// <summary>Chunk <paramref name="number"/> of <c>{"chunks": …, "bytes": …}</c>: a JSON string that begins with its number.</summary>
    public static string Chunk(int number, int bytes) => $"\"{number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(bytes - 2, '.')}\"";

    public void Release() => _released.Set();

    public void Dispose()
    {
        _released.Dispose();
        Begun.Dispose();
        Cancelled.Dispose();
    }

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, "test.model"));

    public IModelRuntime Load(string folder, InferenceDevice device) => File.ReadAllText(Path.Combine(folder, "test.model")) is "broken"
        ? throw new ModelLoadException("test.model is broken.")
        : new Runtime(this, device);

    private sealed class Runtime(TestModel model, InferenceDevice device) : IModelRuntime
    {
        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            using var json = JsonDocument.Parse(input);
            model.Runs.Enqueue((json.RootElement.GetRawText(), device.Id));
            model.Begun.Release();
            return json.RootElement.ValueKind == JsonValueKind.Object ? Run(json.RootElement, output, cancellationToken) : Echo(json.RootElement);
        }

        public void Dispose()
        {
        }

        private ModelResult Run(JsonElement input, IPartialOutput output, CancellationToken cancellationToken)
        {
            Say(input, "say", output);
            if (input.TryGetProperty("pause", out var pause))
            {
                cancellationToken.WaitHandle.WaitOne(pause.GetInt32());
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (input.TryGetProperty("hold", out _))
            {
                Hold(cancellationToken);
            }

            Say(input, "sayAfter", output);
            if (input.TryGetProperty("fail", out var reason))
            {
                throw new ModelInputException(reason.GetString()!);
            }

            if (input.TryGetProperty("output", out var raw))
            {
                var bytes = System.Text.Encoding.Latin1.GetBytes(raw.GetString()!);
                return new ModelResult { RenderOutput = _ => bytes };
            }

            if (input.TryGetProperty("file", out var text))
            {
                var file = new ModelFile("0.txt", "text/plain", Bytes(text.GetString()!));
                return new ModelResult { Files = [file], RenderOutput = urls => JsonSerializer.SerializeToUtf8Bytes(urls) };
            }

            return Echo(input);
        }

        private static void Say(JsonElement input, string name, IPartialOutput output)
        {
            foreach (var part in input.TryGetProperty(name, out var parts) ? parts.EnumerateArray() : default)
            {
                if (part.TryGetProperty("progress", out var progress))
                {
                    output.ReportProgress(Bytes(progress.GetRawText()));
                }
                else if (part.TryGetProperty("chunk", out var chunk))
                {
                    output.Stream(Bytes(chunk.GetRawText()));
                }
                else if (part.TryGetProperty("preview", out var text))
                {
                    output.ReportProgress(new ModelFile("preview.txt", "text/plain", Bytes(text.GetString()!)), url => JsonSerializer.SerializeToUtf8Bytes(url));
                }
                else
                {
                    for (var i = 0; i < part.GetProperty("chunks").GetInt32(); i++)
                    {
                        output.Stream(Bytes(Chunk(i, part.GetProperty("bytes").GetInt32())));
                    }
                }
            }
        }

        private void Hold(CancellationToken cancellationToken)
        {
            try
            {
                model._released.Wait(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                model.Cancelled.Release();
                throw;
            }
        }

        private static ModelResult Echo(JsonElement input)
        {
            var output = Bytes(input.GetRawText());
            return new ModelResult { RenderOutput = _ => output };
        }

        private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }
}
