using System.Text;
using System.Text.Json;
using RunPod.Grains.Streams;

namespace RunPod.Tests.Unit.Jobs;

public sealed class ChunkSplitterTests
{
    [Theory]
    [InlineData("1")]
    [InlineData(" [1, 2]\n")]
    public void Split_SmallChunk_StaysAsItIs(string chunk) => Assert.Equal([chunk], Split(chunk));

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("😀")]
    [InlineData("\\n")]
    [InlineData("\\\"")]
    [InlineData("\\\\")]
    [InlineData("\\u00e9")]
    [InlineData("\\uD83D\\ude00")]
    [InlineData("\\ud800")]
    public void Split_LargeString_EndsNoPieceWithinACharacter(string character)
    {
        for (var offset = 0; offset < 12; offset++)
        {
            var text = new string('x', offset) + string.Concat(Enumerable.Repeat(character, 1_100_000 / Encoding.UTF8.GetByteCount(character)));

            var pieces = Split($"  \"{text}\"\n");

            Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 3, ChunkSplitter.MaxBytes));
            Assert.Equal(2, pieces.Count);
            Assert.Equal(text, string.Concat(pieces.Select(piece => piece[1..^1])));
            Assert.All(pieces, piece => Assert.True(piece[1..^1].TrimStart('x') is "" || piece[1..^1].TrimStart('x').StartsWith(character, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Split_LargeValue_IsItsTextInStrings()
    {
        var value = $$"""{ "a\n": [1.00, "é😀\"{{new string('x', 2_500_000)}}"],{{"\n"}} "b": null }""";

        var pieces = Split(value);

        Assert.Equal(3, pieces.Count);
        Assert.Equal(value, string.Concat(pieces.Select(piece => JsonSerializer.Deserialize<string>(piece))));
    }

    [Fact]
    public void Split_LargeForItsWhitespaceAlone_StaysAValue() =>
        Assert.Equal(["[1]"], Split("[1]" + new string(' ', ChunkSplitter.MaxBytes)));

    private static List<string> Split(string chunk) => [.. ChunkSplitter.Split(Encoding.UTF8.GetBytes(chunk)).Select(piece => Encoding.UTF8.GetString(piece.Span))];
}
