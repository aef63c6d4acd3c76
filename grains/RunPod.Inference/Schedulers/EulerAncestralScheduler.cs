using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>An Euler step to a lower noise level and fresh noise back up (k-diffusion's <c>sample_euler_ancestral</c>): diffusers' <c>EulerAncestralDiscreteScheduler</c>.</summary>
internal sealed class EulerAncestralScheduler(SchedulerConfig config, int steps)
    : SigmaScheduler(config, new NoiseSchedule(config, canRescale: true, keepLastPositive: true), SigmaShape.Timesteps, steps)
{
    private float[] _fresh = [];

    protected override void Move(ReadOnlySpan<float> derivative, Span<float> sample, INoiseSource noise)
    {
        if (_fresh.Length != sample.Length)
        {
            _fresh = new float[sample.Length];
        }

        double from = Sigmas[Index];
        double to = Sigmas[Index + 1];
        var up = Math.Sqrt(to * to * ((from * from) - (to * to)) / (from * from));
        var down = Math.Sqrt((to * to) - (up * up));
        VectorMath.Add(down - from, derivative, sample);
        noise.Fill(_fresh);
        VectorMath.Add(up, _fresh, sample);
    }
}
