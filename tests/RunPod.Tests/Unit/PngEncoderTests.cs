using RunPod.Inference.Images;
using RunPod.Tests.Models;

namespace RunPod.Tests.Unit;

public sealed class PngEncoderTests
{
    [Fact]
    public void Encode_Pixels_ComeBackUnchanged()
    {
        var rgba = new byte[16 * 9 * 4];
        new Random(1).NextBytes(rgba);
        for (var i = 3; i < rgba.Length; i += 4)
        {
            rgba[i] = byte.MaxValue;
        }

        var decoded = Pictures.Decode(PngEncoder.Encode(rgba, 16, 9), out var width, out var height);

        Assert.Equal((16, 9), (width, height));
        Assert.Equal(rgba, decoded);
    }

    [Fact]
    public void Encode_Picture_HasThreeChannels()
    {
        var png = PngEncoder.Encode(new byte[8 * 8 * 4], 8, 8);

        // Colour type 2 of the header chunk: RGB.
        Assert.Equal(2, png[25]);
    }

    [Fact]
    public void Encode_TooFewPixels_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode(new byte[10], 8, 8));
}
