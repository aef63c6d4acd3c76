using RunPod.Inference;

namespace RunPod.Bench;

/// <summary>A model that returns an empty object at once, so that what is measured is everything around it.</summary>
internal sealed class NoOpFormat : IModelFormat
{
    public const string FileName = "noop.model";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, FileName));

    public IModelRuntime Load(string folder, InferenceDevice device) => new Runtime();

    private sealed class Runtime : IModelRuntime
    {
        private static readonly byte[] Output = "{}"u8.ToArray();
        private static readonly ModelResult Result = new() { RenderOutput = _ => Output };

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken) => Result;

        public void Dispose()
        {
        }
    }
}
