using System.Text;
using RunPod.Fuzz.Http;

namespace RunPod.Tests.Unit.Fuzz;

public sealed class AnswerReaderTests
{
    [Fact]
    public async Task ReadAsync_PipelinedAnswers_ComeOneAfterTheOther()
    {
        var reader = Reader("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var (first, second, third) = (await ReadAsync(reader), await ReadAsync(reader), await ReadAsync(reader));

        Assert.Equal((200, "ok", false), (first!.Status, Text(first), first.Closes));
        Assert.Equal((404, "", true), (second!.Status, Text(second), second.Closes));
        Assert.Null(third);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4096)]
    public async Task ReadAsync_Chunks_AreJoinedHoweverTheyArrive(int atATime)
    {
        var reader = Reader("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", atATime);

        Assert.Equal("abc0123456789", Text(await ReadAsync(reader)));
        Assert.Equal(204, (await ReadAsync(reader))!.Status);
    }

    [Fact]
    public async Task ReadAsync_InterimAnswers_AreSkipped()
    {
        var reader = Reader("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");

        Assert.Equal(200, (await ReadAsync(reader))!.Status);
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 304)]
    public async Task ReadAsync_AnswerThatHasNoBody_LeavesTheNextOne(string method, int status)
    {
        var reader = Reader($"HTTP/1.1 {status} X\r\nContent-Length: 99\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(status, (await reader.ReadAsync(method, CancellationToken.None))!.Status);
        Assert.Equal(200, (await ReadAsync(reader))!.Status);
    }

    [Fact]
    public async Task ReadAsync_NeitherLengthNorChunks_ReadsUntilTheEnd()
    {
        var answer = await ReadAsync(Reader("HTTP/1.1 200 OK\r\n\r\nuntil the end"));

        Assert.Equal(("until the end", true), (Text(answer), answer!.Closes));
    }

    [Fact]
    public async Task ReadAsync_LongBody_IsReadWholeAndKeptInPart()
    {
        var reader = Reader($"HTTP/1.1 200 OK\r\nContent-Length: {AnswerReader.KeptBytes + 5000}\r\n\r\n{new string('x', AnswerReader.KeptBytes + 5000)}HTTP/1.1 204 X\r\n\r\n");

        Assert.Equal(AnswerReader.KeptBytes, (await ReadAsync(reader))!.Body.Length);
        Assert.Equal(204, (await ReadAsync(reader))!.Status);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Len")]
    public async Task ReadAsync_WhatIsNoAnswer_IsSaid(string text) => await Assert.ThrowsAsync<AnswerFormatException>(() => ReadAsync(Reader(text)));

    private static AnswerReader Reader(string text, int atATime = 4096) => new(new DrippingStream(Encoding.Latin1.GetBytes(text), atATime));

    private static Task<Answer?> ReadAsync(AnswerReader reader) => reader.ReadAsync("GET", CancellationToken.None);

    private static string Text(Answer? answer) => Encoding.Latin1.GetString(answer!.Body.Span);
}
