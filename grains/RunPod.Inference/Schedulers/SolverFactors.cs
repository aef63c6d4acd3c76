namespace RunPod.Inference.Schedulers;

/// <summary>What one DPM-Solver step multiplies the sample, the divided differences of the predictions and fresh noise with.</summary>
internal readonly record struct SolverFactors(double Sample, double D0, double D1, double D2, double Noise)
{
    /// <summary>The formulas of diffusers' <c>dpm_solver_first_order_update</c> and <c>multistep_dpm_solver_*_order_update</c>; h may be infinite at the end.</summary>
    public static SolverFactors Of(SolverVariant variant, double alphaT, double sigmaT, double alphaS, double sigmaS, double h, int order)
    {
        // The midpoint rule takes half of D0's factor for D1; Heun's and the third order integrate exactly.
        var midpoint = order == 2 && !variant.IsHeun;
        if (variant is { PredictsPicture: true, IsStochastic: false })
        {
            var decay = Math.Exp(-h) - 1;
            return new SolverFactors(
                sigmaT / sigmaS,
                -alphaT * decay,
                midpoint ? -0.5 * alphaT * decay : alphaT * ((decay / h) + 1),
                -alphaT * (((decay + h) / (h * h)) - 0.5),
                0);
        }

        if (variant.PredictsPicture)
        {
            var lost = 1 - Math.Exp(-2 * h);
            return new SolverFactors(
                sigmaT / sigmaS * Math.Exp(-h),
                alphaT * lost,
                midpoint ? 0.5 * alphaT * lost : alphaT * ((lost / (-2 * h)) + 1),
                alphaT * (((lost - (2 * h)) / (4 * h * h)) - 0.5),
                sigmaT * Math.Sqrt(lost));
        }

        var growth = Math.Exp(h) - 1;
        return variant.IsStochastic
            ? new SolverFactors(
                alphaT / alphaS,
                -2 * sigmaT * growth,
                midpoint ? -sigmaT * growth : -2 * sigmaT * ((growth / h) - 1),
                0,
                sigmaT * Math.Sqrt(Math.Exp(2 * h) - 1))
            : new SolverFactors(
                alphaT / alphaS,
                -sigmaT * growth,
                midpoint ? -0.5 * sigmaT * growth : -sigmaT * ((growth / h) - 1),
                -sigmaT * (((growth - h) / (h * h)) - 0.5),
                0);
    }
}
