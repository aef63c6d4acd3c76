using RunPod.Inference.Noise;

namespace RunPod.Tests.Models;

public sealed class NoiseParityTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<int> Runs => [.. Enumerable.Range(0, GoldenData.Read("noise.json").GetProperty("runs").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Fill_RecordedSeedAndShape_EqualsPyTorch(int index)
    {
        var run = GoldenData.Read("noise.json").GetProperty("runs")[index];
        var values = new float[run.GetProperty("shape").Integers().Aggregate(1, (product, size) => product * size)];

        new TorchGenerator(run.GetProperty("seed").GetUInt64()).Fill(values);

        var all = run.GetProperty("values");
        AssertEqual(all.ValueKind == System.Text.Json.JsonValueKind.Null ? [] : all.Floats(), values);
        AssertEqual(run.GetProperty("first").Floats(), values);
        var last = run.GetProperty("last").Floats();
        AssertEqual(last, values[^last.Length..]);
    }

    [Fact]
    public void Fill_FewerThanSixteenValues_EqualsPyTorchsScalarPath()
    {
        // torch.manual_seed(0); torch.randn(5), as PyTorch prints it.
        float[] expected = [1.5410f, -0.2934f, -2.1788f, 0.5684f, -1.0845f];
        var values = new float[5];

        new TorchGenerator(0).Fill(values);

        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Fill_Twice_GoesOnInOneStream()
    {
        var generator = new TorchGenerator(42);
        var whole = new float[64];
        var (first, second) = (new float[32], new float[32]);

        new TorchGenerator(42).Fill(whole);
        generator.Fill(first);
        generator.Fill(second);

        Assert.Equal(whole, first.Concat(second));
    }

    private static void AssertEqual(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Tolerance));
}
