namespace RunPod.Inference.Schedulers;

/// <summary>What the model predicts.</summary>
internal enum PredictionType
{
    /// <summary>The noise in the sample.</summary>
    Epsilon,

    /// <summary>The picture without noise.</summary>
    Sample,

    /// <summary>The velocity of Salimans and Ho (2022): alpha × noise − sigma × picture.</summary>
    Velocity,
}
