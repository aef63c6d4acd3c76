using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>What the samplers on k-diffusion's noise levels share: sigmas that end at zero, a scaled model input, and the ODE derivative (Karras et al., 2022).</summary>
internal abstract class SigmaScheduler : IScheduler
{
    private readonly PredictionType _prediction;
    private readonly float[] _timesteps;
    private float[] _derivative = [];

    protected SigmaScheduler(SchedulerConfig config, NoiseSchedule schedule, SigmaShape shape, int steps)
    {
        _prediction = config.PredictionType;
        var spacing = config.TimestepSpacing ?? TimestepSpacing.Linspace;
        var timesteps = StepGrid.Fractional(config, spacing, steps);
        var sigmas = SigmasAt(timesteps, schedule.Sigmas);
        if (shape != SigmaShape.Timesteps)
        {
            sigmas = SigmaGrid.Spread(shape, config.SigmaMax ?? sigmas[0], config.SigmaMin ?? sigmas[^1], steps);
            timesteps = Array.ConvertAll(sigmas, sigma => SigmaGrid.TimestepOf(sigma, schedule.Sigmas));
        }

        _timesteps = Array.ConvertAll(timesteps, value => (float)value);
        Sigmas = [.. sigmas.Select(sigma => (float)sigma), FinalSigma(config, schedule)];
        var largest = Sigmas.Max();
        InitNoiseSigma = spacing == TimestepSpacing.Leading ? MathF.Sqrt((largest * largest) + 1f) : largest;
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitNoiseSigma { get; }

    /// <summary>Noise levels of the steps and, last, the one at the end.</summary>
    internal float[] Sigmas { get; }

    protected int Index { get; private set; }

    public void ScaleModelInput(ReadOnlySpan<float> sample, Span<float> scaled) =>
        System.Numerics.Tensors.TensorPrimitives.Multiply(sample, (float)(1 / Math.Sqrt(((double)Sigmas[Index] * Sigmas[Index]) + 1)), scaled);

    public void Step(ReadOnlySpan<float> modelOutput, Span<float> sample, INoiseSource noise)
    {
        if (_derivative.Length != sample.Length)
        {
            _derivative = new float[sample.Length];
        }

        Derive(modelOutput, sample, _derivative);
        Move(_derivative, sample, noise);
        Index++;
    }

    /// <summary>Moves the sample along the derivative to the next noise level.</summary>
    protected abstract void Move(ReadOnlySpan<float> derivative, Span<float> sample, INoiseSource noise);

    /// <summary>Where the sigmas of the timesteps come from; diffusers' Euler knows a second way.</summary>
    protected virtual double[] SigmasAt(double[] timesteps, float[] trainSigmas) => SigmaGrid.At(timesteps, trainSigmas);

    /// <summary>The noise level at which the last step ends.</summary>
    protected virtual float FinalSigma(SchedulerConfig config, NoiseSchedule schedule) => 0f;

    /// <summary>(sample − predicted picture) / sigma.</summary>
    private void Derive(ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> derivative)
    {
        double sigma = Sigmas[Index];
        var variance = (sigma * sigma) + 1;
        switch (_prediction)
        {
            case PredictionType.Epsilon:
                modelOutput.CopyTo(derivative);
                break;
            case PredictionType.Sample:
                VectorMath.Combine(1 / sigma, sample, -1 / sigma, modelOutput, derivative);
                break;
            default:
                VectorMath.Combine((1 - (1 / variance)) / sigma, sample, 1 / Math.Sqrt(variance), modelOutput, derivative);
                break;
        }
    }
}
