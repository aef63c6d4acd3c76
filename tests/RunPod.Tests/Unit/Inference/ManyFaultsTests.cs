using System.Text;
using RunPod.Inference;
using RunPod.Inference.Json;
using RunPod.Inference.Schedulers;
using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Unit.Inference;

/// <summary>What an input says comes back in its error only to a measure.</summary>
public sealed class ManyFaultsTests
{
    private const string Sentence = "Unexpected input.";

    [Fact]
    public void Read_ThousandsOfUnknownNames_NamesTheFirstAndSaysThatThereAreMore()
    {
        var names = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"\"n{i}\":0,"));

        var fault = Fault($"{{{names}\"prompt\":\"p\"}}");

        Assert.StartsWith("Unexpected input. n0 is not a valid input option. ", fault, StringComparison.Ordinal);
        Assert.EndsWith(" n19 is not a valid input option. There are more faults.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OneUnknownNameManyTimes_NamesItOnce() =>
        Assert.Equal("Unexpected input. a is not a valid input option.", Fault($"{{{string.Concat(Enumerable.Repeat("\"a\":0,", 100))}\"prompt\":\"p\"}}"));

    [Fact]
    public void Read_NamesOfMegabytes_AreCutAndTheOtherFaultsStay()
    {
        var fault = Fault($"{{\"{new string('é', 5_000_000)}\":0,\"{new string('x', 5_000_000)}\":0,\"width\":true}}");

        Assert.InRange(Encoding.UTF8.GetByteCount(fault), 1, 1000);
        Assert.Equal(2, fault.Split(Sentence).Length - 1);
        Assert.EndsWith("prompt is a required input. width should be <class 'int'> type, not <class 'bool'>.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ThousandsOfLongNames_FitsInTwoKilobytes()
    {
        var fault = Fault($"{{{string.Concat(Enumerable.Range(0, 1000).Select(i => $"\"{i}{new string('x', 1000)}\":0,"))}\"prompt\":\"p\"}}");

        Assert.InRange(Encoding.UTF8.GetByteCount(fault), 1000, 2048);
        Assert.EndsWith("There are more faults.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeeperThanThereIsRoomFor_SaysWhere() =>
        Assert.Equal(
            "input is not valid JSON, or nested deeper than 64 levels, at its line 1, byte 75.",
            Fault($$"""{"prompt": {{new string('[', 100)}}{{new string(']', 100)}}}"""));

    [Fact]
    public void Read_NameThatIsNoText_IsNamedAsItWasWritten() =>
        Assert.Equal("Unexpected input. \\ud800 is not a valid input option.", Fault("""{"prompt":"p","\ud800":0}"""));

    [Fact]
    public void Read_HalfASurrogateAfterAKnownName_IsAnotherName() =>
        Assert.Equal("Unexpected input. seed\\uDC00 is not a valid input option.", Fault("""{"prompt":"p","seed\uDC00":0}"""));

    private static string Fault(string input) =>
        Assert.Throws<ModelInputException>(() => new PictureRequestReader(
            new StableDiffusionOptions(),
            new PictureShape { LatentChannels = 4, VaeScale = 8, ScalingFactor = 0.18215f, Width = 512, Height = 384, LatentMultiple = 8 },
            SchedulerConfig.From(ModelJson.Parse("{}", "scheduler_config.json"))).Read(Encoding.UTF8.GetBytes(input))).Message;
}
