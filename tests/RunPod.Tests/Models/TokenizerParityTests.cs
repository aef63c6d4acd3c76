using RunPod.Inference.Tokenization;

namespace RunPod.Tests.Models;

public sealed class TokenizerParityTests
{
    private static readonly Lazy<ClipTokenizer> Tokenizer = new(() => ClipTokenizer.Load(Path.Combine(GoldenData.DemoModel, "tokenizer")));

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, GoldenData.Read("tokenizer.json").GetProperty("prompts").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encode_RecordedPrompt_EqualsTransformers(int index)
    {
        var prompt = GoldenData.Read("tokenizer.json").GetProperty("prompts")[index];
        var ids = new int[Tokenizer.Value.MaxLength];

        Tokenizer.Value.Encode(prompt.GetProperty("text").GetString()!, ids);

        Assert.Equal(prompt.GetProperty("input_ids").Integers(), ids);
    }

    [Fact]
    public void Encode_LettersOutsideTheBasicPlane_AreWordsAndNotSymbols()
    {
        var together = new int[77];
        var apart = new int[77];

        Tokenizer.Value.Encode("\U00020000!", together);
        Tokenizer.Value.Encode("\U00020000 !", apart);

        Assert.Equal(apart, together);
    }

    [Fact]
    public void Encode_MegabytesOfOneWord_FillsTheWindow()
    {
        var ids = new int[77];

        Tokenizer.Value.Encode(new string('a', 5_000_000), ids);

        Assert.Equal(49406, ids[0]);
        Assert.Equal(49407, ids[76]);
        Assert.DoesNotContain(49407, ids[..76]);
    }
}
