using RunPod.Inference;

namespace RunPod.Fuzz.Services;

/// <summary>A model whose output is its input, so that what was sent goes all the way and comes back; it takes as long as its file says.</summary>
internal sealed class FuzzedFormat : IModelFormat
{
    public const string FileName = "fuzzed.model";

    /// <summary>An input that is longer is not given back.</summary>
    private const int LongestEcho = 64 * 1024;

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, FileName));

    public IModelRuntime Load(string folder, InferenceDevice device) =>
        new Runtime(TimeSpan.Parse(File.ReadAllText(Path.Combine(folder, FileName)), System.Globalization.CultureInfo.InvariantCulture));

    private sealed class Runtime(TimeSpan delay) : IModelRuntime
    {
        private static readonly byte[] Progress = """{"progress":0.5}"""u8.ToArray();

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            var echo = input.Length <= LongestEcho ? input.ToArray() : "{}"u8.ToArray();
            output.ReportProgress(Progress);
            output.Stream(echo);
            if (delay > TimeSpan.Zero && cancellationToken.WaitHandle.WaitOne(delay))
            {
                throw new OperationCanceledException(cancellationToken);
            }

            return echo.AsSpan().IndexOf("\"fail\":true"u8) >= 0
                ? throw new ModelInputException("As the input said.")
                : new ModelResult { RenderOutput = _ => echo };
        }

        public void Dispose()
        {
        }
    }
}
