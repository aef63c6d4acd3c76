using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>The linear multistep method over the last four derivatives (k-diffusion's <c>sample_lms</c>): diffusers' <c>LMSDiscreteScheduler</c>.</summary>
internal sealed class LmsScheduler(SchedulerConfig config, int steps)
    : SigmaScheduler(config, new NoiseSchedule(config, canRescale: false), config.SigmaShape, steps)
{
    private const int Order = 4;
    private readonly float[][] _history = new float[Order][];

    protected override void Move(ReadOnlySpan<float> derivative, Span<float> sample, INoiseSource noise)
    {
        derivative.CopyTo(_history[Index % Order] ??= new float[derivative.Length]);
        var order = Math.Min(Index + 1, Order);
        for (var back = 0; back < order; back++)
        {
            VectorMath.Add(Coefficient(order, back), _history[(Index - back) % Order], sample);
        }
    }

    /// <summary>
    /// The integral, from this noise level to the next, of the Lagrange polynomial that is 1 at the derivative <paramref name="back"/> steps ago
    /// and 0 at the others. It is at most a cubic, for which Simpson's rule is exact.
    /// </summary>
    private double Coefficient(int order, int back)
    {
        double from = Sigmas[Index];
        double to = Sigmas[Index + 1];
        return (to - from) / 6 * (Lagrange(from, order, back) + (4 * Lagrange((from + to) / 2, order, back)) + Lagrange(to, order, back));
    }

    private double Lagrange(double sigma, int order, int back)
    {
        var product = 1.0;
        for (var k = 0; k < order; k++)
        {
            if (k != back)
            {
                product *= (sigma - Sigmas[Index - k]) / ((double)Sigmas[Index - back] - Sigmas[Index - k]);
            }
        }

        return product;
    }
}
