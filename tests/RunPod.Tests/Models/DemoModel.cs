using RunPod.Inference;
using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Models;

/// <summary>The demo model, loaded once for all tests that share the collection.</summary>
public sealed class DemoModel : IDisposable
{
    internal StableDiffusionRuntime Runtime { get; } =
        new StableDiffusionFormat(new StableDiffusionOptions()).LoadRuntime(GoldenData.DemoModel, new InferenceDevice("cpu:0", "CPU"));

    public void Dispose() => Runtime.Dispose();
}
