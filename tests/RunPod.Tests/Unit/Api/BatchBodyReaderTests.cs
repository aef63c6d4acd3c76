using System.Buffers;
using System.Text;
using RunPod.Api.Batches;

namespace RunPod.Tests.Unit.Api;

public sealed class BatchBodyReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void ReadArray_BodyInPieces_KeepsEachInputsBytes(int pieceLength)
    {
        const string Body = """ [ {"input": {"a" : [1e400, "ü"]}, "policy":{"ttl":60000}} ,{"webhook":"https://x.example","input":"] }"}, {"x":[{}], "input":null}] """;

        var requests = BatchBodyReader.ReadArray(Pieces(Body, pieceLength), atMost: 3);

        Assert.Equal(["""{"a" : [1e400, "ü"]}""", "\"] }\"", "null"], requests.Value!.Select(request => Encoding.UTF8.GetString(request.Input)));
        Assert.Equal(TimeSpan.FromMinutes(1), requests.Value![0].Policy.TimeToLive);
        Assert.Equal("https://x.example", requests.Value[1].Webhook);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"requests":[]}""")]
    public void Read_NoRequests_IsNotAnError(string body)
    {
        var requests = body[0] == '[' ? BatchBodyReader.ReadArray(Bytes(body), atMost: 1) : BatchBodyReader.ReadRequests(Bytes(body), atMost: 1);

        Assert.Empty(requests.Value!);
    }

    [Theory]
    [InlineData("""[{"input":1},{"inputs":2},{"input":3}]""", "missing_input", "Request 1,")]
    [InlineData("""[3]""", "invalid_body", "Request 0,")]
    [InlineData("""[{"input":1},{"input":2,"policy":{"ttl":1}},5]""", "invalid_policy", "Request 1,")]
    [InlineData("""[{"input":1},{"input":2,"webhook":"ftp://x"}]""", "invalid_webhook", "Request 1,")]
    [InlineData("""[{"input":1},{"input":2},{"input":3},{"input":4}]""", "batch_too_large", "at most 3")]
    [InlineData("""{"requests":[]}""", "invalid_body", "array")]
    [InlineData("", "invalid_body", "array")]
    [InlineData("""[{"input":1},]""", "invalid_json", "line 1")]
    [InlineData("""[{"inputs":1},{"input":2}""", "invalid_json", "line 1")]
    [InlineData("""[] x""", "invalid_json", "line 1")]
    public void ReadArray_WrongBody_SaysWhat(string body, string code, string part)
    {
        var error = BatchBodyReader.ReadArray(Bytes(body), atMost: 3).Error;

        Assert.Equal(code, error?.Value.Code);
        Assert.Contains(part, error!.Value.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"input":1}""")]
    [InlineData("""[{"input":1}]""")]
    [InlineData("""{"requests":{"input":1}}""")]
    [InlineData("null")]
    [InlineData("")]
    public void ReadRequests_OtherShape_SaysWhichOneItTakes(string body)
    {
        var error = BatchBodyReader.ReadRequests(Bytes(body), atMost: 3).Error;

        Assert.Equal("invalid_body", error?.Value.Code);
        Assert.Contains("\"requests\"", error!.Value.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadArray_NotUtf8_IsRefused()
    {
        byte[] body = [.. "[{\"input\":1},{\"input\":\""u8, 0xFF, .. "\"}]"u8];

        Assert.Equal("invalid_json", BatchBodyReader.ReadArray(new ReadOnlySequence<byte>(body), atMost: 3).Error?.Value.Code);
    }

    [Theory]
    [InlineData("""{"name":"nightly"}""", "nightly")]
    [InlineData("""{"x":1,"name":null}""", null)]
    [InlineData("""{"name":""}""", null)]
    public void ReadName_TextOrNull_IsTaken(string body, string? name)
    {
        var read = BatchBodyReader.ReadName(Bytes(body));

        Assert.Null(read.Error);
        Assert.Equal(name, read.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"name":5}""")]
    [InlineData("""["nightly"]""")]
    public void ReadName_NoName_IsRefused(string body)
    {
        Assert.Equal("invalid_name", BatchBodyReader.ReadName(Bytes(body)).Error?.Value.Code);
        Assert.Equal("invalid_name", BatchBodyReader.ReadName(Bytes($$"""{"name":"{{new string('x', 257)}}"}""")).Error?.Value.Code);
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("{}", null, null)]
    [InlineData("""{"webhook":"https://example.com/done"}""", "https://example.com/done", null)]
    [InlineData("""{"webhook":"example"}""", null, "invalid_webhook")]
    [InlineData("[]", null, "invalid_body")]
    public void ReadWebhook_OptionalBody_IsRead(string body, string? webhook, string? code)
    {
        var read = BatchBodyReader.ReadWebhook(Bytes(body));

        Assert.Equal((webhook, code), (read.Value, read.Error?.Value.Code));
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static ReadOnlySequence<byte> Pieces(string text, int length) => Segments.Of([.. Encoding.UTF8.GetBytes(text).Chunk(length)]);
}
