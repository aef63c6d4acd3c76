using RunPod.Inference.Noise;

namespace RunPod.Inference.Schedulers;

/// <summary>
/// A sampler: which noise levels a run visits, and how a model's prediction moves the sample from one to the next.
/// One instance serves one picture; it keeps the history that multistep methods need. Samples are float32 in one flat span.
/// </summary>
internal interface IScheduler
{
    /// <summary>The timesteps of the model calls, in their order; a method may call the model more than once per step.</summary>
    IReadOnlyList<float> Timesteps { get; }

    /// <summary>What unit Gaussian noise is multiplied with to become the first sample.</summary>
    float InitNoiseSigma { get; }

    /// <summary>Writes what the model sees at the current step.</summary>
    void ScaleModelInput(ReadOnlySpan<float> sample, Span<float> scaled);

    /// <summary>Takes the model's prediction for the current step, moves the sample in place, and goes to the next step.</summary>
    void Step(ReadOnlySpan<float> modelOutput, Span<float> sample, INoiseSource noise);
}
