using System.Numerics.Tensors;

namespace RunPod.Inference.Schedulers;

/// <summary>Keeps a predicted picture in range.</summary>
internal static class SampleLimits
{
    public static void Clip(Span<float> sample, double range) => Clip(sample, -range, range);

    public static void Clip(Span<float> sample, double lowest, double highest)
    {
        TensorPrimitives.Max(sample, (float)lowest, sample);
        TensorPrimitives.Min(sample, (float)highest, sample);
    }

    /// <summary>Dynamic thresholding, section 2.3 of Saharia et al., "Imagen" (2022): clamp to a percentile of the magnitudes and scale back.</summary>
    public static void Threshold(Span<float> sample, SchedulerConfig config)
    {
        var magnitudes = new float[sample.Length];
        TensorPrimitives.Abs(sample, magnitudes);
        Array.Sort(magnitudes);
        var rank = config.DynamicThresholdingRatio * (magnitudes.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, magnitudes.Length - 1);
        var quantile = magnitudes[below] + ((magnitudes[above] - magnitudes[below]) * (float)(rank - below));
        // torch.clamp with a maximum below the minimum gives the maximum.
        var limit = Math.Min(Math.Max(quantile, 1f), (float)config.SampleMaxValue);
        Clip(sample, limit);
        TensorPrimitives.Divide(sample, limit, sample);
    }
}
