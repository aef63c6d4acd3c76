using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>
/// Liu et al., "Pseudo Numerical Methods for Diffusion Models on Manifolds" (2022), formulas 9, 12 and 13: diffusers' <c>PNDMScheduler</c>.
/// Stable Diffusion's configuration skips the Runge-Kutta steps (<c>skip_prk_steps</c>) and repeats the second timestep instead.
/// </summary>
internal sealed class PndmScheduler : IScheduler
{
    private const int Order = 4;
    private readonly bool _velocity;
    private readonly float[] _alphas;
    private readonly float _finalAlpha;
    private readonly int _stride;
    private readonly int[] _steps;
    private readonly int _rungeKuttaSteps;
    private readonly float[] _timesteps;
    private readonly List<float[]> _history = [];
    private float[] _start = [];
    private float[] _sum = [];
    private float[] _blend = [];
    private int _index;

    public PndmScheduler(SchedulerConfig config, int steps)
    {
        _velocity = config.PredictionType == PredictionType.Velocity;
        _alphas = new NoiseSchedule(config, canRescale: false).AlphasCumprod;
        _finalAlpha = config.SetAlphaToOne ?? false ? 1f : _alphas[0];
        _stride = config.TrainTimesteps / steps;

        var grid = StepGrid.Whole(config, config.TimestepSpacing ?? TimestepSpacing.Leading, steps);
        var whole = Array.ConvertAll(grid, value => (int)value);
        // Fewer steps than the method's order leave no room for the Runge-Kutta start; diffusers fails there.
        var skip = config.SkipPrkSteps || steps < Order;
        var rungeKutta = skip ? [] : RungeKutta(whole, _stride / 2);
        _rungeKuttaSteps = rungeKutta.Length;
        _steps = skip ? Repeated(whole) : [.. rungeKutta, .. whole[(Order - 1)..]];
        _timesteps = Array.ConvertAll(_steps, value => (float)value);
    }

    public IReadOnlyList<float> Timesteps => _timesteps;

    public float InitNoiseSigma => 1f;

    public void ScaleModelInput(ReadOnlySpan<float> sample, Span<float> scaled) => sample.CopyTo(scaled);

    public void Step(ReadOnlySpan<float> modelOutput, Span<float> sample, INoiseSource noise)
    {
        if (_blend.Length != sample.Length)
        {
            _blend = new float[sample.Length];
            _start = new float[sample.Length];
            _sum = new float[sample.Length];
        }

        if (_index < _rungeKuttaSteps)
        {
            RungeKuttaStep(modelOutput, sample);
        }
        else
        {
            MultistepStep(modelOutput, sample);
        }

        _index++;
    }

    private static int[] Repeated(int[] grid) => grid.Length < 2 ? grid : [grid[0], grid[1], .. grid[1..]];

    /// <summary>Four model calls for each of the first three steps: at the step, twice half-way, at the next.</summary>
    private static int[] RungeKutta(int[] grid, int half)
    {
        var ascending = grid.AsSpan(0, Order).ToArray().Reverse().ToArray();
        var points = ascending.SelectMany(step => new[] { step, step + half }).ToArray()[..^1];
        var doubled = points.SelectMany(step => new[] { step, step }).ToArray()[1..^1];
        return [.. doubled.Reverse()];
    }

    private void RungeKuttaStep(ReadOnlySpan<float> modelOutput, Span<float> sample)
    {
        var previous = _steps[_index] - (_index % 2 == 1 ? 0 : _stride / 2);
        var timestep = _steps[_index / 4 * 4];
        switch (_index % 4)
        {
            case 0:
                Array.Clear(_sum);
                VectorMath.Add(1 / 6.0, modelOutput, _sum);
                Remember(modelOutput);
                sample.CopyTo(_start);
                modelOutput.CopyTo(_blend);
                break;
            case 3:
                VectorMath.Combine(1, _sum, 1 / 6.0, modelOutput, _blend);
                break;
            default:
                VectorMath.Add(1 / 3.0, modelOutput, _sum);
                modelOutput.CopyTo(_blend);
                break;
        }

        _start.CopyTo(sample);
        Move(sample, timestep, previous);
    }

    private void MultistepStep(ReadOnlySpan<float> modelOutput, Span<float> sample)
    {
        var timestep = _steps[_index];
        var previous = timestep - _stride;
        if (_index == 1)
        {
            // The second call stands at the end of the first step and repeats it with the mean of both predictions.
            (timestep, previous) = (timestep + _stride, timestep);
            VectorMath.Combine(0.5, modelOutput, 0.5, _history[^1], _blend);
            _start.CopyTo(sample);
        }
        else
        {
            Remember(modelOutput);
            if (_index == 0)
            {
                sample.CopyTo(_start);
            }

            Blend();
        }

        Move(sample, timestep, previous);
    }

    private void Remember(ReadOnlySpan<float> modelOutput)
    {
        float[] entry;
        if (_history.Count == Order)
        {
            entry = _history[0];
            _history.RemoveAt(0);
        }
        else
        {
            entry = new float[modelOutput.Length];
        }

        modelOutput.CopyTo(entry);
        _history.Add(entry);
    }

    /// <summary>The Adams-Bashforth weights of the last predictions.</summary>
    private void Blend()
    {
        ReadOnlySpan<double> weights = _history.Count switch
        {
            1 => [1],
            2 => [3 / 2.0, -1 / 2.0],
            3 => [23 / 12.0, -16 / 12.0, 5 / 12.0],
            _ => [55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0],
        };
        Array.Clear(_blend);
        for (var i = 0; i < weights.Length; i++)
        {
            VectorMath.Add(weights[i], _history[^(i + 1)], _blend);
        }
    }

    /// <summary>Formula 9.</summary>
    private void Move(Span<float> sample, int timestep, int previous)
    {
        double alpha = _alphas[Math.Clamp(timestep, 0, _alphas.Length - 1)];
        double alphaPrevious = previous >= 0 ? _alphas[Math.Min(previous, _alphas.Length - 1)] : _finalAlpha;
        if (_velocity)
        {
            VectorMath.Combine(Math.Sqrt(alpha), _blend, Math.Sqrt(1 - alpha), sample, _blend);
        }

        var denominator = (alpha * Math.Sqrt(1 - alphaPrevious)) + Math.Sqrt(alpha * (1 - alpha) * alphaPrevious);
        VectorMath.Combine(Math.Sqrt(alphaPrevious / alpha), sample, -(alphaPrevious - alpha) / denominator, _blend, sample);
    }
}
