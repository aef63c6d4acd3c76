using System.Text;
using System.Text.Json;
using RunPod.Inference;
using RunPod.Inference.StableDiffusion;
using SkiaSharp;

namespace RunPod.Tests.Models;

/// <summary>Reading and comparing pictures.</summary>
internal static class Pictures
{
    public static ReadOnlyMemory<byte> Input(object input) => JsonSerializer.SerializeToUtf8Bytes(input);

    public static PictureRequest RequestOf(JsonElement run) => new()
    {
        Prompt = run.GetProperty("prompt").GetString()!,
        NegativePrompt = run.GetProperty("negative_prompt").GetString()!,
        Width = run.GetProperty("width").GetInt32(),
        Height = run.GetProperty("height").GetInt32(),
        Steps = run.GetProperty("num_inference_steps").GetInt32(),
        GuidanceScale = run.GetProperty("guidance_scale").GetSingle(),
        Scheduler = run.GetProperty("scheduler").GetString()!,
        Seed = run.GetProperty("seed").GetUInt64(),
    };

    /// <summary>RGBA bytes of a PNG file.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> png, out int width, out int height)
    {
        using var bitmap = SKBitmap.Decode(png.ToArray());
        Assert.NotNull(bitmap);
        (width, height) = (bitmap.Width, bitmap.Height);
        using var converted = bitmap.Copy(SKColorType.Rgba8888);
        return converted.Bytes;
    }

    /// <summary>Mean absolute difference of the colour channels, in steps of 1/255.</summary>
    public static double Difference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var sum = 0L;
        for (var i = 0; i < expected.Length; i++)
        {
            sum += i % 4 == 3 ? 0 : Math.Abs(expected[i] - actual[i]);
        }

        return sum / (expected.Length * 0.75);
    }

    public static (byte Red, byte Green, byte Blue) At(ReadOnlySpan<byte> rgba, int width, int x, int y)
    {
        var pixel = rgba.Slice(((y * width) + x) * 4, 4);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static (byte Red, byte Green, byte Blue) Centre(ReadOnlySpan<byte> rgba, int width, int height) => At(rgba, width, width / 2, height / 2);

    /// <summary>The four corners, a few pixels inside.</summary>
    public static IEnumerable<(byte Red, byte Green, byte Blue)> Corners(byte[] rgba, int width, int height)
    {
        const int inset = 4;
        foreach (var (x, y) in ((int, int)[])[(inset, inset), (width - 1 - inset, inset), (inset, height - 1 - inset), (width - 1 - inset, height - 1 - inset)])
        {
            yield return At(rgba, width, x, y);
        }
    }

    public static JsonElement Output(ModelResult result, params Uri[] urls)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(result.RenderOutput(urls)));
        return document.RootElement.Clone();
    }
}
