using RunPod.Inference.Json;

namespace RunPod.Inference.Schedulers;

/// <summary>
/// <c>scheduler/scheduler_config.json</c>. A key that the file lacks is null here and takes the default of the class that is made from it,
/// which is what diffusers' <c>from_config</c> does when one class is made from another's file.
/// </summary>
internal sealed record SchedulerConfig
{
    public int TrainTimesteps { get; init; } = 1000;
    public double BetaStart { get; init; } = 0.0001;
    public double BetaEnd { get; init; } = 0.02;
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;
    public IReadOnlyList<double>? TrainedBetas { get; init; }
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;
    public TimestepSpacing? TimestepSpacing { get; init; }
    public int StepsOffset { get; init; }
    public bool? SetAlphaToOne { get; init; }
    public bool? ClipSample { get; init; }
    public double ClipSampleRange { get; init; } = 1;
    public bool Thresholding { get; init; }
    public double DynamicThresholdingRatio { get; init; } = 0.995;
    public double SampleMaxValue { get; init; } = 1;
    public bool RescaleBetasZeroSnr { get; init; }
    public bool SkipPrkSteps { get; init; }
    public bool UseKarrasSigmas { get; init; }
    public bool UseExponentialSigmas { get; init; }
    public bool UseLuLambdas { get; init; }
    public double? SigmaMin { get; init; }
    public double? SigmaMax { get; init; }
    public bool FinalSigmaIsMinimum { get; init; }
    public bool LogLinearInterpolation { get; init; }
    public int SolverOrder { get; init; } = 2;
    public string? AlgorithmType { get; init; }
    public string? SolverType { get; init; }
    public bool LowerOrderFinal { get; init; } = true;
    public bool EulerAtFinal { get; init; }
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    // diffusers' KarrasDiffusionSchedulers and the few others whose files mean the same; flow matching, for one, does not.
    private static readonly HashSet<string> Classes = new(StringComparer.Ordinal)
    {
        "DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "LMSDiscreteScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
        "HeunDiscreteScheduler", "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "DPMSolverSDEScheduler", "KDPM2DiscreteScheduler",
        "KDPM2AncestralDiscreteScheduler", "DEISMultistepScheduler", "UniPCMultistepScheduler", "IPNDMScheduler", "LCMScheduler",
    };

    /// <summary>Where the noise levels lie, for the methods that have a choice.</summary>
    public SigmaShape SigmaShape => UseKarrasSigmas ? SigmaShape.Karras : UseExponentialSigmas ? SigmaShape.Exponential : SigmaShape.Timesteps;

    /// <exception cref="ModelLoadException">A key has a value that no sampler here can honour.</exception>
    public static SchedulerConfig From(ModelJson json)
    {
        if (json.Text("_class_name") is { } name && !Classes.Contains(name))
        {
            throw new ModelLoadException($"{json.File}: _class_name is '{name}', which is not a scheduler of Stable Diffusion v1. Use the original model's scheduler_config.json, such as a PNDMScheduler's.");
        }

        Refuse(json, json.Boolean("use_beta_sigmas") == true, "use_beta_sigmas");
        Refuse(json, json.Boolean("use_flow_sigmas") == true, "use_flow_sigmas");
        Refuse(json, json.Text("variance_type") is "learned" or "learned_range", "variance_type");
        Refuse(json, json.Text("timestep_type") == "continuous", "timestep_type");

        var defaults = new SchedulerConfig();
        var config = new SchedulerConfig
        {
            TrainTimesteps = json.Int32("num_train_timesteps") ?? defaults.TrainTimesteps,
            BetaStart = json.Number("beta_start") ?? defaults.BetaStart,
            BetaEnd = json.Number("beta_end") ?? defaults.BetaEnd,
            BetaSchedule = json.Choice("beta_schedule", [("linear", BetaSchedule.Linear), ("scaled_linear", BetaSchedule.ScaledLinear), ("squaredcos_cap_v2", BetaSchedule.SquaredCosine)]) ?? defaults.BetaSchedule,
            TrainedBetas = json.Numbers("trained_betas"),
            PredictionType = json.Choice("prediction_type", [("epsilon", PredictionType.Epsilon), ("sample", PredictionType.Sample), ("v_prediction", PredictionType.Velocity)]) ?? defaults.PredictionType,
            TimestepSpacing = json.Choice("timestep_spacing", [("linspace", Schedulers.TimestepSpacing.Linspace), ("leading", Schedulers.TimestepSpacing.Leading), ("trailing", Schedulers.TimestepSpacing.Trailing)]),
            StepsOffset = json.Int32("steps_offset") ?? defaults.StepsOffset,
            SetAlphaToOne = json.Boolean("set_alpha_to_one"),
            ClipSample = json.Boolean("clip_sample"),
            ClipSampleRange = json.Number("clip_sample_range") ?? defaults.ClipSampleRange,
            Thresholding = json.Boolean("thresholding") ?? false,
            DynamicThresholdingRatio = json.Number("dynamic_thresholding_ratio") ?? defaults.DynamicThresholdingRatio,
            SampleMaxValue = json.Number("sample_max_value") ?? defaults.SampleMaxValue,
            RescaleBetasZeroSnr = json.Boolean("rescale_betas_zero_snr") ?? false,
            SkipPrkSteps = json.Boolean("skip_prk_steps") ?? false,
            UseKarrasSigmas = json.Boolean("use_karras_sigmas") ?? false,
            UseExponentialSigmas = json.Boolean("use_exponential_sigmas") ?? false,
            UseLuLambdas = json.Boolean("use_lu_lambdas") ?? false,
            SigmaMin = json.Number("sigma_min"),
            SigmaMax = json.Number("sigma_max"),
            FinalSigmaIsMinimum = json.Choice("final_sigmas_type", [("zero", false), ("sigma_min", true)]) ?? false,
            LogLinearInterpolation = json.Choice("interpolation_type", [("linear", false), ("log_linear", true)]) ?? false,
            SolverOrder = json.Int32("solver_order") ?? defaults.SolverOrder,
            AlgorithmType = json.Text("algorithm_type"),
            SolverType = json.Text("solver_type"),
            LowerOrderFinal = json.Boolean("lower_order_final") ?? defaults.LowerOrderFinal,
            EulerAtFinal = json.Boolean("euler_at_final") ?? false,
            LambdaMinClipped = json.Number("lambda_min_clipped") ?? defaults.LambdaMinClipped,
        };

        if (config.TrainedBetas is { } betas)
        {
            config = config with { TrainTimesteps = betas.Count };
        }

        if (config.TrainTimesteps < 2 || config.StepsOffset < 0)
        {
            throw new ModelLoadException($"{json.File}: num_train_timesteps should be at least 2 and steps_offset at least 0. Export the model again.");
        }

        return config;
    }

    private static void Refuse(ModelJson json, bool present, string key)
    {
        if (present)
        {
            throw new ModelLoadException($"{json.File}: {key} is set to a value that this server does not support. Remove the key.");
        }
    }
}
