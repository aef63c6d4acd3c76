using RunPod.Inference.Noise;

namespace RunPod.Tests.Models;

/// <summary>Noise as the reference recorded it; asking for noise where none is recorded is an error.</summary>
internal sealed class RecordedNoise(float[]? values) : INoiseSource
{
    public void Fill(Span<float> destination)
    {
        Assert.NotNull(values);
        values.CopyTo(destination);
    }
}
