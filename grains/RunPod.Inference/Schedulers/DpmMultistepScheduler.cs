using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>
/// Lu et al., "DPM-Solver++" (2022) and "DPM-Solver" (2022), multistep, first to third order, with their stochastic variants:
/// diffusers' <c>DPMSolverMultistepScheduler</c>. With alpha and sigma of the noise level and lambda = log(alpha / sigma), a step of length
/// h = Δlambda multiplies the sample and the divided differences D0, D1, D2 of the last predictions by the coefficients below.
/// </summary>
internal sealed class DpmMultistepScheduler : IScheduler
{
    // Short runs end with lower orders, which is more stable.
    private const int ShortRun = 15;

    private readonly SchedulerConfig _config;
    private readonly SolverVariant _variant;
    private readonly float[] _timesteps;
    private readonly List<float[]> _history = [];
    private float[] _fresh = [];
    private int _index;

    public DpmMultistepScheduler(SchedulerConfig config, int steps)
    {
        _config = config;
        _variant = SolverVariant.From(config);
        var schedule = new NoiseSchedule(config, canRescale: true, keepLastPositive: true);
        // lambda = −log(sigma) falls as the timestep rises.
        var last = schedule.Sigmas.Count(sigma => -Math.Log(sigma) >= config.LambdaMinClipped);
        var timesteps = StepGrid.Solver(config, config.TimestepSpacing ?? TimestepSpacing.Linspace, steps, last);
        var sigmas = Shaped(schedule.Sigmas, steps, ref timesteps);
        _timesteps = Array.ConvertAll(timesteps, value => (float)Math.Truncate(value));
        Sigmas = [.. sigmas.Select(sigma => (float)sigma), config.FinalSigmaIsMinimum ? schedule.Sigmas[0] : 0f];
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitNoiseSigma => 1f;

    /// <summary>Noise levels of the steps and, last, the one at the end.</summary>
    internal float[] Sigmas { get; }

    public void ScaleModelInput(ReadOnlySpan<float> sample, Span<float> scaled) => sample.CopyTo(scaled);

    public void Step(ReadOnlySpan<float> modelOutput, Span<float> sample, INoiseSource noise)
    {
        var remaining = _timesteps.Length - _index;
        var isShort = _timesteps.Length < ShortRun && _config.LowerOrderFinal;
        var lowestLast = remaining == 1 && (_config.EulerAtFinal || isShort || !_config.FinalSigmaIsMinimum);
        var lowerSecond = remaining == 2 && isShort;

        Remember(modelOutput, sample);
        if (_variant.IsStochastic)
        {
            if (_fresh.Length != sample.Length)
            {
                _fresh = new float[sample.Length];
            }

            noise.Fill(_fresh);
        }

        var order = lowestLast ? 1 : Math.Min(Math.Min(_config.SolverOrder, _index + 1), lowerSecond ? 2 : 3);
        Move(order, sample);
        _index++;
    }

    private double[] Shaped(float[] trainSigmas, int steps, ref double[] timesteps)
    {
        var shape = _config.UseLuLambdas && _config.SigmaShape != SigmaShape.Karras ? SigmaShape.Lu : _config.SigmaShape;
        if (shape == SigmaShape.Timesteps)
        {
            return SigmaGrid.At(timesteps, trainSigmas);
        }

        var sigmas = SigmaGrid.Spread(shape, _config.SigmaMax ?? trainSigmas[^1], _config.SigmaMin ?? trainSigmas[0], steps);
        var whole = shape != SigmaShape.Exponential && _config.BetaSchedule != BetaSchedule.SquaredCosine;
        timesteps = Array.ConvertAll(sigmas, sigma =>
        {
            var timestep = SigmaGrid.TimestepOf(sigma, trainSigmas);
            return whole ? Math.Round(timestep, MidpointRounding.ToEven) : timestep;
        });
        return sigmas;
    }

    /// <summary>Turns the prediction into what the variant integrates, and keeps it with the ones before.</summary>
    private void Remember(ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample)
    {
        float[] entry;
        if (_history.Count == _config.SolverOrder)
        {
            entry = _history[^1];
            _history.RemoveAt(_history.Count - 1);
        }
        else
        {
            entry = new float[sample.Length];
        }

        var (alpha, sigma) = Level(_index);
        if (_variant.PredictsPicture)
        {
            ToPicture(modelOutput, sample, alpha, sigma, entry);
        }
        else
        {
            ToNoise(modelOutput, sample, alpha, sigma, entry);
        }

        _history.Insert(0, entry);
    }

    private void ToPicture(ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, double alpha, double sigma, Span<float> picture)
    {
        switch (_config.PredictionType)
        {
            case PredictionType.Epsilon:
                VectorMath.Combine(1 / alpha, sample, -sigma / alpha, modelOutput, picture);
                break;
            case PredictionType.Sample:
                modelOutput.CopyTo(picture);
                break;
            default:
                VectorMath.Combine(alpha, sample, -sigma, modelOutput, picture);
                break;
        }

        if (_config.Thresholding)
        {
            SampleLimits.Threshold(picture, _config);
        }
    }

    private void ToNoise(ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, double alpha, double sigma, Span<float> noise)
    {
        switch (_config.PredictionType)
        {
            case PredictionType.Epsilon:
                modelOutput.CopyTo(noise);
                break;
            case PredictionType.Sample:
                VectorMath.Combine(1 / sigma, sample, -alpha / sigma, modelOutput, noise);
                break;
            default:
                VectorMath.Combine(sigma, sample, alpha, modelOutput, noise);
                break;
        }

        if (_config.Thresholding)
        {
            VectorMath.Combine(1 / alpha, sample, -sigma / alpha, noise, noise);
            SampleLimits.Threshold(noise, _config);
            VectorMath.Combine(1 / sigma, sample, -alpha / sigma, noise, noise);
        }
    }

    private void Move(int order, Span<float> sample)
    {
        var (alphaS, sigmaS) = Level(_index);
        var (alphaT, sigmaT) = Level(_index + 1);
        var h = Lambda(_index + 1) - Lambda(_index);
        var factors = SolverFactors.Of(_variant, alphaT, sigmaT, alphaS, sigmaS, h, order);

        // The differences D1 and D2, as weights of the predictions themselves.
        var (w0, w1, w2) = (factors.D0, 0.0, 0.0);
        if (order >= 2)
        {
            var r0 = (Lambda(_index) - Lambda(_index - 1)) / h;
            // D1 = (m0 − m1) / r0, and for third order D1 + r0/(r0+r1) (D1 − D1'), D2 = (D1 − D1')/(r0+r1), D1' = (m1 − m2) / r1.
            var first = factors.D1;
            var second = 0.0;
            if (order == 3)
            {
                var r1 = (Lambda(_index - 1) - Lambda(_index - 2)) / h;
                var bend = ((factors.D1 * r0) + factors.D2) / (r0 + r1);
                first += bend;
                second = -bend / r1;
            }

            w0 += first / r0;
            w1 = (-first / r0) + second;
            w2 = -second;
        }

        VectorMath.Combine(factors.Sample, sample, w0, _history[0], sample);
        if (order >= 2)
        {
            VectorMath.Add(w1, _history[1], sample);
        }

        if (order == 3)
        {
            VectorMath.Add(w2, _history[2], sample);
        }

        if (_variant.IsStochastic)
        {
            VectorMath.Add(factors.Noise, _fresh, sample);
        }
    }

    private (double Alpha, double Sigma) Level(int index)
    {
        double sigma = Sigmas[index];
        var alpha = 1 / Math.Sqrt((sigma * sigma) + 1);
        return (alpha, sigma * alpha);
    }

    private double Lambda(int index) => -Math.Log(Sigmas[index]);
}
