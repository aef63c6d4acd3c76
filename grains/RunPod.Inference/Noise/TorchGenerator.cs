namespace RunPod.Inference.Noise;

/// <summary>
/// The Gaussian noise of <c>torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))</c> in float32,
/// from ATen's <c>DistributionTemplates.h</c> (<c>normal_fill</c>) and <c>DistributionsHelper.h</c> (<c>normal_distribution</c>).
/// Successive calls go on in one stream, as PyTorch's generator does.
/// </summary>
internal sealed class TorchGenerator(ulong seed) : INoiseSource
{
    private const int Block = 16;
    private readonly Mt19937 _engine = new(seed);
    private double? _second;

    public void Fill(Span<float> destination)
    {
        if (destination.Length < Block)
        {
            foreach (ref var value in destination)
            {
                value = (float)NextNormal();
            }

            return;
        }

        foreach (ref var value in destination)
        {
            value = NextUniform();
        }

        var whole = destination.Length - (destination.Length % Block);
        for (var i = 0; i < whole; i += Block)
        {
            BoxMuller(destination.Slice(i, Block));
        }

        if (whole < destination.Length)
        {
            // The last 16 values are drawn afresh, over some that are already Gaussian.
            var tail = destination[^Block..];
            foreach (ref var value in tail)
            {
                value = NextUniform();
            }

            BoxMuller(tail);
        }
    }

    private static void BoxMuller(Span<float> block)
    {
        const int half = Block / 2;
        for (var i = 0; i < half; i++)
        {
            var radius = MathF.Sqrt(-2f * (float)Math.Log(1f - block[i]));
            // The angle is rounded to float32 before sine and cosine, as there; at radius 5 a double angle would already differ by 1e-6.
            var angle = 2f * MathF.PI * block[i + half];
            block[i] = radius * (float)Math.Cos(angle);
            block[i + half] = radius * (float)Math.Sin(angle);
        }
    }

    private float NextUniform() => (_engine.NextUInt32() & ((1u << 24) - 1)) * (1f / (1 << 24));

    private double NextUniformDouble() => (_engine.NextUInt64() & ((1ul << 53) - 1)) * (1.0 / (1ul << 53));

    private double NextNormal()
    {
        if (_second is { } kept)
        {
            _second = null;
            return kept;
        }

        var u1 = NextUniformDouble();
        var u2 = NextUniformDouble();
        // -u2 as in PyTorch: log1p(-u2) = log(1 - u2).
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - u2));
        var angle = 2.0 * Math.PI * u1;
        _second = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }
}
