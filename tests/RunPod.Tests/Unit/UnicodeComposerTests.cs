using RunPod.Inference.Tokenization;

namespace RunPod.Tests.Unit;

public sealed class UnicodeComposerTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u0041\u030a", "\u00c5")]
    [InlineData("\u212b", "\u00c5")]
    // Marks in canonical order: the dot below comes first.
    [InlineData("a\u0302\u0323", "\u1ead")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    // A second mark of the same class stays.
    [InlineData("e\u0301\u0301", "\u00e9\u0301")]
    // Hangul by arithmetic, with a tail and without.
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u1112\u1161", "\ud558")]
    // Excluded from composition.
    [InlineData("\u0915\u093c", "\u0915\u093c")]
    [InlineData("\u0958", "\u0915\u093c")]
    // Compatibility forms are not touched.
    [InlineData("\ufb01\u2460", "\ufb01\u2460")]
    public void Compose_Text_IsNormalFormC(string text, string expected) =>
        Assert.Equal(expected, UnicodeComposer.Compose(text));
}
