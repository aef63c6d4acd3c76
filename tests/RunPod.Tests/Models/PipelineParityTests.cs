using RunPod.Inference;
using RunPod.Inference.StableDiffusion;
using Xunit.Abstractions;

namespace RunPod.Tests.Models;

[Collection(nameof(DemoModel))]
public sealed class PipelineParityTests(DemoModel demo, ITestOutputHelper output)
{
    public static TheoryData<int> Runs => [.. Enumerable.Range(0, GoldenData.Read("pipeline/pipeline.json").GetProperty("runs").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Generate_RecordedRun_EqualsDiffusers(int index)
    {
        var run = GoldenData.Read("pipeline/pipeline.json").GetProperty("runs")[index];

        var (latents, picture) = Compare(demo.Runtime, run, Path.Combine("pipeline", run.GetProperty("image").GetString()!));

        output.WriteLine($"{run.GetProperty("scheduler")}: latents differ by {latents:e1}, the picture by {picture:f5}/255");
        Assert.InRange(latents, 0, 1e-3);
        Assert.InRange(picture, 0, 0.02);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Generate_HalfPrecisionExport_EqualsReference(int index)
    {
        using var folder = new TemporaryModel(Path.Combine(GoldenData.Folder, "tiny-random-fp16"));
        folder.AddVocabulary();
        using var runtime = new StableDiffusionFormat(new StableDiffusionOptions()).LoadRuntime(folder.Path, new InferenceDevice("cpu:0", "CPU"));
        var run = GoldenData.Read("tiny-random-fp16.json").GetProperty("runs")[index];

        var (latents, picture) = Compare(runtime, run, run.GetProperty("image").GetString()!);

        output.WriteLine($"latents differ by {latents:e1}, the picture by {picture:f5}/255");
        Assert.InRange(latents, 0, 0.02);
        Assert.InRange(picture, 0, 3);
    }

    private static (double Latents, double Picture) Compare(StableDiffusionRuntime runtime, System.Text.Json.JsonElement run, string image)
    {
        var latentError = double.NaN;
        byte[] picture = [];
        runtime.Generate(
            Pictures.RequestOf(run),
            (latents, rgba) =>
            {
                latentError = run.GetProperty("latents").Floats().Zip(latents.ToArray(), (expected, actual) => Math.Abs(expected - actual)).Max();
                picture = rgba.ToArray();
            },
            CancellationToken.None);

        var expected = Pictures.Decode(File.ReadAllBytes(Path.Combine(GoldenData.Folder, image)), out _, out _);
        return (latentError, Pictures.Difference(expected, picture));
    }
}
