namespace RunPod.Inference.Schedulers;

/// <summary>How much noise each training step adds: diffusers' <c>beta_schedule</c>.</summary>
internal enum BetaSchedule
{
    Linear,

    /// <summary>Linear in the square root: Stable Diffusion's own.</summary>
    ScaledLinear,

    /// <summary>The cosine schedule of Nichol and Dhariwal (2021).</summary>
    SquaredCosine,
}
