using System.Collections.Concurrent;
using System.Text.Json;
using RunPod.Inference;

namespace RunPod.Tests.Support;

/// <summary>
/// A model that does what its input says, so that tests steer it: <c>{"fail": "why"}</c>, <c>{"file": "text"}</c>, <c>{"output": "bytes"}</c>,
/// <c>{"hold": true}</c> (until <see cref="Release"/> or cancellation), anything else is echoed. It remembers every run, with the device that it ran on.
/// </summary>
internal sealed class TestModel : IModelFormat, IDisposable
{
    private readonly ManualResetEventSlim _released = new();

    public ConcurrentQueue<(string Input, string DeviceId)> Runs { get; } = new();

    /// <summary>Counts the runs that have begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    /// <summary>Counts the runs that were cancelled while held.</summary>
    public SemaphoreSlim Cancelled { get; } = new(0);

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

        public ModelResult Run(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
        {
            using var json = JsonDocument.Parse(input);
            model.Runs.Enqueue((json.RootElement.GetRawText(), device.Id));
            model.Begun.Release();
            return json.RootElement.ValueKind == JsonValueKind.Object ? Run(json.RootElement, cancellationToken) : Echo(json.RootElement);
        }

        public void Dispose()
        {
        }

        private ModelResult Run(JsonElement input, CancellationToken cancellationToken)
        {
            if (input.TryGetProperty("fail", out var reason))
            {
                throw new ModelInputException(reason.GetString()!);
            }

            if (input.TryGetProperty("hold", out _))
            {
                Hold(cancellationToken);
            }

            if (input.TryGetProperty("output", out var raw))
            {
                var bytes = System.Text.Encoding.Latin1.GetBytes(raw.GetString()!);
                return new ModelResult { RenderOutput = _ => bytes };
            }

            if (input.TryGetProperty("file", out var text))
            {
                var file = new ModelFile("0.txt", "text/plain", System.Text.Encoding.UTF8.GetBytes(text.GetString()!));
                return new ModelResult { Files = [file], RenderOutput = urls => JsonSerializer.SerializeToUtf8Bytes(urls) };
            }

            return Echo(input);
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
            var output = System.Text.Encoding.UTF8.GetBytes(input.GetRawText());
            return new ModelResult { RenderOutput = _ => output };
        }
    }
}
