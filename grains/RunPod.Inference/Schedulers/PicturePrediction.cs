namespace RunPod.Inference.Schedulers;

/// <summary>
/// What a model expects a noisy sample to become, whatever the sampler: every sampler shows the model a sample that keeps its variance,
/// signal² + noise² = 1, and the timestep says how much of it is signal.
/// </summary>
internal sealed class PicturePrediction(SchedulerConfig config)
{
    private readonly float[] _alphas = new NoiseSchedule(config, canRescale: true, keepLastPositive: true).AlphasCumprod;

    /// <param name="timestep">Where the model was asked.</param>
    /// <param name="prediction">What it answered.</param>
    /// <param name="sample">What it saw; becomes the picture's latents.</param>
    public void Write(float timestep, ReadOnlySpan<float> prediction, Span<float> sample)
    {
        double alpha = _alphas[Math.Clamp((int)MathF.Round(timestep), 0, _alphas.Length - 1)];
        var signal = Math.Sqrt(alpha);
        var noise = Math.Sqrt(1 - alpha);
        switch (config.PredictionType)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(1 / signal, sample, -noise / signal, prediction, sample);
                break;
            case PredictionType.Sample:
                prediction.CopyTo(sample);
                break;
            default:
                VectorMath.Combine(signal, sample, -noise, prediction, sample);
                break;
        }
    }
}
