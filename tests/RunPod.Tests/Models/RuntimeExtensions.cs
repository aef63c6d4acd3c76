using RunPod.Inference;

namespace RunPod.Tests.Models;

internal static class RuntimeExtensions
{
    /// <summary>A run of which only the result matters.</summary>
    public static ModelResult Run(this IModelRuntime runtime, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        runtime.Run(input, new KeptOutput(), cancellationToken);
}
