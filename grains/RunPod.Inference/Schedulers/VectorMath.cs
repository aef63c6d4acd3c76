using System.Numerics.Tensors;

namespace RunPod.Inference.Schedulers;

/// <summary>The vector steps that samplers are made of.</summary>
internal static class VectorMath
{
    /// <summary>destination = a × x + b × y. The destination may be one of the two.</summary>
    public static void Combine(double a, ReadOnlySpan<float> x, double b, ReadOnlySpan<float> y, Span<float> destination)
    {
        if (destination.Overlaps(y) && !destination.Overlaps(x))
        {
            Combine(b, y, a, x, destination);
            return;
        }

        TensorPrimitives.Multiply(x, (float)a, destination);
        TensorPrimitives.MultiplyAdd(y, (float)b, destination, destination);
    }

    /// <summary>destination += a × x.</summary>
    public static void Add(double a, ReadOnlySpan<float> x, Span<float> destination) =>
        TensorPrimitives.MultiplyAdd(x, (float)a, destination, destination);
}
