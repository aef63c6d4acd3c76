using System.Buffers;
using System.Text;
using RunPod.Api;
using RunPod.Api.Jobs;
using RunPod.Contracts.Objects;

namespace RunPod.Tests.Unit.Api;

public sealed class JobEnvelopeReaderTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("false")]
    [InlineData("-0.0")]
    [InlineData("123456789012345678901234567890.000e+9999")]
    [InlineData("\"\"")]
    [InlineData("\"\\u0061\\/\\ud83d\\ude00 \\\"input\\\": 1\"")]
    [InlineData("\"grün 😀 \u2028\"")]
    [InlineData("{ }")]
    [InlineData("[ 1 ,\n\t2 ]")]
    [InlineData("{\"a\":{\"input\":{\"input\":2}},\"input\":[{\"input\":3}] , \"policy\":7}")]
    public void Read_AnyInput_KeepsItsBytes(string input)
    {
        var envelope = Read($"{{\"before\":{{\"input\":0}} , \"input\" :\r\n {input}\t, \"after\":[{{\"input\":0}}]}}");

        Assert.Equal(input, Encoding.UTF8.GetString(envelope.Value!.Input));
    }

    [Fact]
    public void Read_TwoInputs_TakesTheLast()
    {
        var envelope = Read("""{"input":1,"input":{"a":2},"x":{"input":3}}""");

        Assert.Equal("""{"a":2}"""u8, envelope.Value!.Input);
    }

    [Fact]
    public void Read_EscapedName_IsTheSameName()
    {
        var envelope = Read("""{"\u0069nput":5}""");

        Assert.Equal("5"u8, envelope.Value!.Input);
    }

    [Fact]
    public void Read_InputOnlyInsideAnotherValue_IsMissing()
    {
        var envelope = Read("""{"inputs":1,"Input":2,"x":{"input":3},"y":["input",{"input":4}],"z":"input"}""");

        Assert.Equal("missing_input", envelope.Error?.Value.Code);
    }

    [Fact]
    public void Read_EveryPlaceOfASplit_ReadsTheSame()
    {
        const string Input = "{ \"t\\u00e4xt\": \"ü😀\", \"n\": [1.5e300, true] }";
        var body = Encoding.UTF8.GetBytes($"\uFEFF {{\"webhook\":\"https://x\", \"input\" : {Input} ,\"policy\":{{\"ttl\":10000}} }} ");

        for (var at = 0; at <= body.Length; at++)
        {
            var envelope = JobEnvelopeReader.Read(Segments.Of(body[..at], body[at..]));

            Assert.Equal(Input, Encoding.UTF8.GetString(envelope.Value!.Input));
            Assert.Equal(TimeSpan.FromSeconds(10), envelope.Value!.Policy.TimeToLive);
        }
    }

    [Fact]
    public void Read_OneByteASegment_ReadsTheSame()
    {
        var body = """{"input":{"prompt":"ü"},"policy":{"executionTimeout":5000}}"""u8.ToArray();

        var envelope = JobEnvelopeReader.Read(Segments.Of([.. body.Select(value => new[] { value })]));

        Assert.Equal("""{"prompt":"ü"}"""u8, envelope.Value!.Input);
        Assert.Equal(TimeSpan.FromSeconds(5), envelope.Value!.Policy.ExecutionTimeout);
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        var envelope = Read("\uFEFF{\"input\":1}");

        Assert.Equal("1"u8, envelope.Value!.Input);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\r\n")]
    [InlineData("\uFEFF")]
    public void Read_NothingThere_IsEmpty(string body) => Assert.Equal("empty_body", Read(body).Error?.Value.Code);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"input\"")]
    [InlineData("5")]
    public void Read_NoObject_IsInvalid(string body) => Assert.Equal("invalid_body", Read(body).Error?.Value.Code);

    [Theory]
    [InlineData("{")]
    [InlineData("{\"input\":")]
    [InlineData("{\"input\":1")]
    [InlineData("{\"input\":1,}")]
    [InlineData("{\"input\":NaN}")]
    [InlineData("{\"input\":01}")]
    [InlineData("{\"input\":\"\n\"}")]
    [InlineData("{\"input\":[1 2]}")]
    [InlineData("{\"input\":1}{\"input\":2}")]
    [InlineData("{\"input\":1} // comment")]
    [InlineData("{'input':1}")]
    [InlineData("[1")]
    public void Read_NotJson_IsInvalid(string body) => Assert.Equal("invalid_json", Read(body).Error?.Value.Code);

    [Fact]
    public void Read_NotJson_SaysWhereAndNothingOfTheBody()
    {
        var sentence = Read("{\n  \"input\": secret}").Error?.Value.Error;

        Assert.Equal("The body is not valid JSON: it cannot be read from line 2, byte 12 on. Correct it and send it again.", sentence);
    }

    [Fact]
    public void Read_NotUtf8_IsInvalid()
    {
        byte[] body = [.. "{\"input\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        var envelope = JobEnvelopeReader.Read(new ReadOnlySequence<byte>(body));

        Assert.Equal("invalid_json", envelope.Error?.Value.Code);
        Assert.Contains("UTF-8", envelope.Error?.Value.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1100, true)]
    public void Read_DeepInput_IsReadToAThousandLevels(int depth, bool isError)
    {
        var envelope = Read($"{{\"input\":{new string('[', depth)}{new string(']', depth)}}}");

        Assert.Equal(isError, envelope.IsError);
    }

    [Theory]
    [InlineData("""{"executionTimeout":5000,"ttl":10000}""", 5000, 10000)]
    [InlineData("""{"executionTimeout":604800000,"ttl":604800000,"lowPriority":true}""", 604800000, 604800000)]
    [InlineData("""{"executionTimeout":null,"ttl":null,"lowPriority":null,"other":[1]}""", null, null)]
    [InlineData("{}", null, null)]
    [InlineData("null", null, null)]
    public void Read_Policy_IsTaken(string policy, int? executionTimeout, int? timeToLive)
    {
        var envelope = Read($"{{\"policy\":{policy},\"input\":1}}");

        Assert.Null(envelope.Error);
        Assert.Equal(executionTimeout, envelope.Value!.Policy.ExecutionTimeout?.TotalMilliseconds);
        Assert.Equal(timeToLive, envelope.Value!.Policy.TimeToLive?.TotalMilliseconds);
    }

    [Theory]
    [InlineData("""{"executionTimeout":4999}""", "\"policy.executionTimeout\"", "from 5000 to 604800000")]
    [InlineData("""{"executionTimeout":604800001}""", "\"policy.executionTimeout\"", "from 5000 to 604800000")]
    [InlineData("""{"executionTimeout":"6000"}""", "\"policy.executionTimeout\"", "from 5000 to 604800000")]
    [InlineData("""{"executionTimeout":{"a":[1]},"ttl":20000}""", "\"policy.executionTimeout\"", "from 5000 to 604800000")]
    [InlineData("""{"executionTimeout":6000.5}""", "\"policy.executionTimeout\"", "from 5000 to 604800000")]
    [InlineData("""{"ttl":9999}""", "\"policy.ttl\"", "from 10000 to 604800000")]
    [InlineData("""{"ttl":99999999999999999999}""", "\"policy.ttl\"", "from 10000 to 604800000")]
    [InlineData("""{"lowPriority":"yes"}""", "\"policy.lowPriority\"", "true or false")]
    [InlineData("[]", "\"policy\"", "JSON object")]
    [InlineData("5", "\"policy\"", "JSON object")]
    public void Read_PolicyOutOfBounds_NamesFieldAndBound(string policy, string field, string bound)
    {
        var envelope = Read($"{{\"policy\":{policy},\"input\":1}}");

        Assert.Equal("invalid_policy", envelope.Error?.Value.Code);
        Assert.Contains(field, envelope.Error?.Value.Error, StringComparison.Ordinal);
        Assert.Contains(bound, envelope.Error?.Value.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WebhooksAndS3Config_AreThere()
    {
        var envelope = Read("""
            {"input":1,"webhook":"https://a.example/hook?x=1","webhookV2":"http://b.example/","policy":{"lowPriority":true},
             "s3Config":{"accessId":"A","accessSecret":"S","bucketName":"b","endpointUrl":"https://s3.example","objectPath":"p/q","other":[1]}}
            """);

        Assert.Equal("https://a.example/hook?x=1", envelope.Value?.Webhook);
        Assert.Equal("http://b.example/", envelope.Value?.WebhookV2);
        Assert.True(envelope.Value?.Policy.LowPriority);
        Assert.Equal(
            new S3Config { AccessId = "A", AccessSecret = "S", BucketName = "b", EndpointUrl = "https://s3.example", ObjectPath = "p/q" },
            envelope.Value?.S3Config);
    }

    [Theory]
    [InlineData("""{"input":1,"webhook":"","webhookV2":null,"s3Config":null}""", null)]
    [InlineData("""{"input":1,"webhook":7}""", "invalid_webhook")]
    [InlineData("""{"input":1,"webhook":"ftp://a/b"}""", "invalid_webhook")]
    [InlineData("""{"input":1,"webhookV2":"https://user:pass@a/b"}""", "invalid_webhook")]
    [InlineData("""{"input":1,"s3Config":[]}""", "invalid_s3_config")]
    [InlineData("""{"input":1,"s3Config":{"accessId":"A","accessSecret":"S","bucketName":"b"}}""", "invalid_s3_config")]
    [InlineData("""{"input":1,"s3Config":{"accessId":"A","accessSecret":{"x":[1]},"bucketName":"b","endpointUrl":"https://s"}}""", "invalid_s3_config")]
    public void Read_WebhookOrS3ConfigOfWrongForm_IsAnError(string body, string? code)
    {
        Assert.Equal(code, Read(body).Error?.Value.Code);
    }

    private static OrError<JobEnvelope> Read(string body) => JobEnvelopeReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
}
