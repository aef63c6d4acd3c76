using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>Song et al., "Denoising Diffusion Implicit Models" (2020), formula 12 with eta 0: diffusers' <c>DDIMScheduler</c>.</summary>
internal sealed class DdimScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly float[] _alphas;
    private readonly float _finalAlpha;
    private readonly int _stride;
    private readonly float[] _timesteps;
    private float[] _picture = [];
    private float[] _noise = [];
    private int _index;

    public DdimScheduler(SchedulerConfig config, int steps)
    {
        _config = config;
        _alphas = new NoiseSchedule(config, canRescale: true).AlphasCumprod;
        _finalAlpha = config.SetAlphaToOne ?? true ? 1f : _alphas[0];
        _stride = config.TrainTimesteps / steps;
        _timesteps = Array.ConvertAll(StepGrid.Whole(config, config.TimestepSpacing ?? TimestepSpacing.Leading, steps), value => (float)value);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitNoiseSigma => 1f;

    public void ScaleModelInput(ReadOnlySpan<float> sample, Span<float> scaled) => sample.CopyTo(scaled);

    public void Step(ReadOnlySpan<float> modelOutput, Span<float> sample, INoiseSource noise)
    {
        if (_picture.Length != sample.Length)
        {
            _picture = new float[sample.Length];
            _noise = new float[sample.Length];
        }

        var timestep = (int)_timesteps[_index++];
        var previous = timestep - _stride;
        double alpha = _alphas[timestep];
        double alphaPrevious = previous >= 0 ? _alphas[previous] : _finalAlpha;
        var signal = Math.Sqrt(alpha);
        var sigma = Math.Sqrt(1 - alpha);

        switch (_config.PredictionType)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(1 / signal, sample, -sigma / signal, modelOutput, _picture);
                modelOutput.CopyTo(_noise);
                break;
            case PredictionType.Sample:
                modelOutput.CopyTo(_picture);
                VectorMath.Combine(1 / sigma, sample, -signal / sigma, modelOutput, _noise);
                break;
            default:
                VectorMath.Combine(signal, sample, -sigma, modelOutput, _picture);
                VectorMath.Combine(sigma, sample, signal, modelOutput, _noise);
                break;
        }

        if (_config.Thresholding)
        {
            SampleLimits.Threshold(_picture, _config);
        }
        else if (_config.ClipSample ?? true)
        {
            SampleLimits.Clip(_picture, _config.ClipSampleRange);
        }

        VectorMath.Combine(Math.Sqrt(alphaPrevious), _picture, Math.Sqrt(1 - alphaPrevious), _noise, sample);
    }
}
