namespace RunPod.Inference.Schedulers;

/// <summary>How the noise levels of a run lie between the largest and the smallest.</summary>
internal enum SigmaShape
{
    /// <summary>Where the timesteps put them.</summary>
    Timesteps,

    /// <summary>Karras et al. (2022), rho 7.</summary>
    Karras,

    /// <summary>Equal distances of the logarithm.</summary>
    Exponential,

    /// <summary>Equal distances of the log signal-to-noise ratio, Lu et al. (2022).</summary>
    Lu,
}
