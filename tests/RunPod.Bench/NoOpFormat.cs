using System.Globalization;
using RunPod.Inference;

namespace RunPod.Bench;

/// <summary>A model that returns an empty object, so that what is measured is everything around it: at once, or after the milliseconds in its file.</summary>
internal sealed class NoOpFormat : IModelFormat
{
    public const string FileName = "noop.model";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, FileName));

    public IModelRuntime Load(string folder, InferenceDevice device) =>
        new Runtime(int.TryParse(File.ReadAllText(Path.Combine(folder, FileName)), CultureInfo.InvariantCulture, out var delay) ? delay : 0);

    private sealed class Runtime(int delay) : IModelRuntime
    {
        private static readonly byte[] Output = "{}"u8.ToArray();
        private static readonly ModelResult Result = new() { RenderOutput = _ => Output };

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            if (delay > 0 && cancellationToken.WaitHandle.WaitOne(delay))
            {
                throw new OperationCanceledException(cancellationToken);
            }

            return Result;
        }

        public void Dispose()
        {
        }
    }
}
