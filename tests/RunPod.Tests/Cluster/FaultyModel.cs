using System.Text;
using System.Text.Json;
using RunPod.Inference;

namespace RunPod.Tests.Cluster;

/// <summary>A model that does wrong as its input says, and that endpoint <c>later</c> cannot load at first.</summary>
internal sealed class FaultyModel : IModelFormat
{
    public const int Previews = 300;

    private int _failures;

    public int Failures => _failures;

    public volatile bool Loads;

    public bool Recognises(string folder) => true;

    public IModelRuntime Load(string folder, InferenceDevice device)
    {
        if (Path.GetFileName(folder) == "later" && !Loads)
        {
            Interlocked.Increment(ref _failures);
            throw new ModelLoadException("No memory is left.");
        }

        return new Runtime();
    }

    private sealed class Runtime : IModelRuntime
    {
        private static readonly ModelFile File = new("preview.txt", "text/plain", "a picture"u8.ToArray());

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            switch (JsonSerializer.Deserialize<string>(input.Span))
            {
                case "stream NaN":
                    output.Stream("NaN"u8.ToArray());
                    break;
                case "progress NaN":
                    output.ReportProgress("NaN"u8.ToArray());
                    break;
                case "preview NaN":
                    output.ReportProgress(File, _ => "NaN"u8.ToArray());
                    break;
                case "preview throws":
                    output.ReportProgress(File, _ => throw new InvalidOperationException("The preview has no frame."));
                    break;
                case "preview throws, then streams":
                    output.ReportProgress(File, _ => throw new InvalidOperationException("The preview has no frame."));
                    // More than a job may hold, so that the model waits until somebody fetches it.
                    StreamMegabytes(output, 20);
                    break;
                case "large blank":
                    output.Stream(Encoding.UTF8.GetBytes(new string(' ', 2_000_000)));
                    StreamMegabytes(output, 20);
                    break;
                case "long error":
                    throw new InvalidOperationException(new string('e', 5_000_000));
                case "file not found":
                    throw new FileNotFoundException("Could not find file '/srv/models/a b/secret.bin'.");
                case "previews":
                    for (var i = 0; i < Previews; i++)
                    {
                        output.ReportProgress(File with { Name = $"preview-{i}" }, url => JsonSerializer.SerializeToUtf8Bytes(url));
                    }

                    break;
            }

            return new ModelResult { RenderOutput = _ => "1"u8.ToArray() };
        }

        public void Dispose()
        {
        }

        private static void StreamMegabytes(IPartialOutput output, int count)
        {
            for (var i = 0; i < count; i++)
            {
                output.Stream(Encoding.UTF8.GetBytes($"\"{new string('c', 1_000_000)}\""));
            }
        }
    }
}
