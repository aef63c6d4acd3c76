namespace RunPod.Inference.Schedulers;

/// <summary>
/// The noise of the training steps, in float32 as diffusers computes it (<c>betas</c>, <c>alphas_cumprod</c> and the sigmas made from it).
/// </summary>
internal sealed class NoiseSchedule
{
    /// <param name="config">The model's schedule.</param>
    /// <param name="canRescale">Whether the class knows <c>rescale_betas_zero_snr</c>.</param>
    /// <param name="keepLastPositive">Whether the class replaces a last product of zero by 2^-24, so that no sigma is infinite.</param>
    public NoiseSchedule(SchedulerConfig config, bool canRescale, bool keepLastPositive = false)
    {
        var rescale = canRescale && config.RescaleBetasZeroSnr;
        var betas = rescale ? WithoutTerminalSignal(Betas(config)) : Betas(config);
        AlphasCumprod = CumulativeProduct(betas);
        if (rescale && keepLastPositive)
        {
            AlphasCumprod[^1] = 1f / (1 << 24);
        }

        Sigmas = Array.ConvertAll(AlphasCumprod, alpha => MathF.Sqrt((1f - alpha) / alpha));
    }

    /// <summary>How much of the picture's variance is left after each training step.</summary>
    public float[] AlphasCumprod { get; }

    /// <summary>Noise per signal after each training step: sqrt((1 − a) / a), ascending.</summary>
    public float[] Sigmas { get; }

    private static float[] Betas(SchedulerConfig config)
    {
        if (config.TrainedBetas is { } trained)
        {
            return [.. trained.Select(beta => (float)beta)];
        }

        switch (config.BetaSchedule)
        {
            case BetaSchedule.SquaredCosine:
                return SquaredCosine(config.TrainTimesteps);
            case BetaSchedule.ScaledLinear:
                var roots = Linspace(Math.Sqrt(config.BetaStart), Math.Sqrt(config.BetaEnd), config.TrainTimesteps);
                return Array.ConvertAll(roots, root => root * root);
            default:
                return Linspace(config.BetaStart, config.BetaEnd, config.TrainTimesteps);
        }
    }

    /// <summary><c>torch.linspace</c> in float32, which counts the second half from the end.</summary>
    private static float[] Linspace(double from, double to, int count)
    {
        var (start, end) = ((float)from, (float)to);
        var step = (end - start) / (count - 1);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = i < count / 2 ? start + (step * i) : end - (step * (count - i - 1));
        }

        return values;
    }

    private static float[] SquaredCosine(int count)
    {
        static double AlphaBar(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
        var betas = new float[count];
        for (var i = 0; i < count; i++)
        {
            betas[i] = (float)Math.Min(1 - (AlphaBar((i + 1) / (double)count) / AlphaBar(i / (double)count)), 0.999);
        }

        return betas;
    }

    private static float[] CumulativeProduct(float[] betas)
    {
        // PyTorch's cumprod carries a double.
        var product = 1.0;
        var values = new float[betas.Length];
        for (var i = 0; i < betas.Length; i++)
        {
            product *= 1f - betas[i];
            values[i] = (float)product;
        }

        return values;
    }

    /// <summary>Algorithm 1 of Lin et al. (2023): <c>rescale_zero_terminal_snr</c>.</summary>
    private static float[] WithoutTerminalSignal(float[] betas)
    {
        var roots = Array.ConvertAll(CumulativeProduct(betas), MathF.Sqrt);
        var (first, last) = (roots[0], roots[^1]);
        var scale = first / (first - last);
        var bars = Array.ConvertAll(roots, root =>
        {
            var shifted = (root - last) * scale;
            return shifted * shifted;
        });

        var result = new float[betas.Length];
        for (var i = 0; i < betas.Length; i++)
        {
            result[i] = 1f - (i == 0 ? bars[0] : bars[i] / bars[i - 1]);
        }

        return result;
    }
}
