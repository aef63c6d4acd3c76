namespace RunPod.Inference.Schedulers;

/// <summary>The noise levels of a run for the methods that work on sigmas: diffusers' <c>_convert_to_karras</c>, <c>_sigma_to_t</c> and their like.</summary>
internal static class SigmaGrid
{
    /// <summary>The sigmas at the timesteps, linearly between the training steps: <c>numpy.interp</c>.</summary>
    public static double[] At(double[] timesteps, float[] trainSigmas) => Array.ConvertAll(timesteps, timestep =>
    {
        var below = Math.Clamp((int)Math.Floor(timestep), 0, trainSigmas.Length - 1);
        var above = Math.Min(below + 1, trainSigmas.Length - 1);
        return trainSigmas[below] + ((trainSigmas[above] - (double)trainSigmas[below]) * (timestep - below));
    });

    /// <summary>Equation 5 of Karras et al. (2022) with rho 7, or equal distances of the logarithm.</summary>
    public static double[] Spread(SigmaShape shape, double largest, double smallest, int count) => shape switch
    {
        SigmaShape.Karras => Ramp(Math.Pow(largest, 1 / 7.0), Math.Pow(smallest, 1 / 7.0), count, value => Math.Pow(value, 7)),
        _ => Ramp(Math.Log(largest), Math.Log(smallest), count, Math.Exp),
    };

    /// <summary>The timestep whose sigma this is, on a logarithmic scale between the training steps.</summary>
    public static double TimestepOf(double sigma, float[] trainSigmas)
    {
        var log = Math.Log(Math.Max(sigma, 1e-10));
        var below = Array.BinarySearch(trainSigmas, (float)sigma);
        below = Math.Clamp(below >= 0 ? below : ~below - 1, 0, trainSigmas.Length - 2);
        var low = Math.Log(trainSigmas[below]);
        var high = Math.Log(trainSigmas[below + 1]);
        var weight = Math.Clamp((low - log) / (low - high), 0, 1);
        return below + weight;
    }

    private static double[] Ramp(double from, double to, int count, Func<double, double> map)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = map(from + ((count == 1 ? 0 : i / (double)(count - 1)) * (to - from)));
        }

        return values;
    }
}
