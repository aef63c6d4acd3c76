namespace RunPod.Inference.Schedulers;

/// <summary>How the steps of a run are spread over the training steps: table 2 of Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2023).</summary>
internal enum TimestepSpacing
{
    Linspace,
    Leading,
    Trailing,
}
