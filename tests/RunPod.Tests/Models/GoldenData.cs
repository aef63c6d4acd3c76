using System.Text.Json;

namespace RunPod.Tests.Models;

/// <summary>The reference data beside the tests: what diffusers, transformers and PyTorch give.</summary>
internal static class GoldenData
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static string DemoModel { get; } = Path.Combine(AppContext.BaseDirectory, "models", "stable-diffusion-v1");

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return document.RootElement.Clone();
    }

    public static float[] Floats(this JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];

    public static int[] Integers(this JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    /// <summary>The largest difference, relative to the size of the expected values.</summary>
    public static double RelativeError(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = 0.0;
        var worst = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, double.IsFinite(actual[i]) ? Math.Abs(expected[i] - actual[i]) : double.PositiveInfinity);
        }

        return worst / Math.Max(scale, 1e-3);
    }
}
