namespace RunPod.Inference.Noise;

/// <summary>Where the samplers take Gaussian noise from: PyTorch's generator in a run, recorded values in a test.</summary>
internal interface INoiseSource
{
    /// <summary>Fills the span as one <c>torch.randn</c> call of that many elements would.</summary>
    void Fill(Span<float> destination);
}
