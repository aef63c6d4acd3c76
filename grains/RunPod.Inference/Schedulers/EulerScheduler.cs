using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>Algorithm 2 of Karras et al. (2022) without churn: diffusers' <c>EulerDiscreteScheduler</c>.</summary>
internal sealed class EulerScheduler(SchedulerConfig config, int steps)
    : SigmaScheduler(config, new NoiseSchedule(config, canRescale: true, keepLastPositive: true), config.SigmaShape, steps)
{
    private readonly bool _logLinear = config.LogLinearInterpolation;

    protected override void Move(ReadOnlySpan<float> derivative, Span<float> sample, INoiseSource noise) =>
        VectorMath.Add(Sigmas[Index + 1] - (double)Sigmas[Index], derivative, sample);

    protected override float FinalSigma(SchedulerConfig config, NoiseSchedule schedule) =>
        config.FinalSigmaIsMinimum ? schedule.Sigmas[0] : 0f;

    protected override double[] SigmasAt(double[] timesteps, float[] trainSigmas) =>
        _logLinear ? SigmaGrid.Spread(SigmaShape.Exponential, trainSigmas[^1], trainSigmas[0], timesteps.Length + 1) : base.SigmasAt(timesteps, trainSigmas);
}
