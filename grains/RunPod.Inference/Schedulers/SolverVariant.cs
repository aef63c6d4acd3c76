namespace RunPod.Inference.Schedulers;

/// <summary>diffusers' <c>algorithm_type</c>: whether the solver integrates the predicted picture or the predicted noise, and whether it adds noise.</summary>
internal readonly record struct SolverVariant(bool PredictsPicture, bool IsStochastic, bool IsHeun)
{
    /// <exception cref="ModelLoadException">The configuration names an algorithm that does not exist, or a combination that diffusers refuses too.</exception>
    public static SolverVariant From(SchedulerConfig config)
    {
        var algorithm = config.AlgorithmType ?? "dpmsolver++";
        var solver = config.SolverType ?? "midpoint";
        var variant = algorithm switch
        {
            // diffusers takes DEIS' name for its own when one class is made from the other's file.
            "dpmsolver++" or "deis" => new SolverVariant(PredictsPicture: true, IsStochastic: false, IsHeun: false),
            "sde-dpmsolver++" => new SolverVariant(PredictsPicture: true, IsStochastic: true, IsHeun: false),
            "dpmsolver" => new SolverVariant(PredictsPicture: false, IsStochastic: false, IsHeun: false),
            "sde-dpmsolver" => new SolverVariant(PredictsPicture: false, IsStochastic: true, IsHeun: false),
            _ => throw new ModelLoadException($"scheduler_config.json: algorithm_type is '{algorithm}'. Use one of dpmsolver++, sde-dpmsolver++, dpmsolver, sde-dpmsolver."),
        };
        if (solver is not ("midpoint" or "heun" or "logrho" or "bh1" or "bh2"))
        {
            throw new ModelLoadException($"scheduler_config.json: solver_type is '{solver}'. Use midpoint or heun.");
        }

        if (!variant.PredictsPicture && !config.FinalSigmaIsMinimum)
        {
            throw new ModelLoadException($"scheduler_config.json: algorithm_type '{algorithm}' needs final_sigmas_type 'sigma_min'.");
        }

        if (config.SolverOrder is < 1 or > 3 || (config.SolverOrder == 3 && variant is { PredictsPicture: false, IsStochastic: true }))
        {
            throw new ModelLoadException("scheduler_config.json: solver_order should be 1, 2 or 3, and at most 2 for sde-dpmsolver.");
        }

        return variant with { IsHeun = solver == "heun" };
    }
}
