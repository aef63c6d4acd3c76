using System.IO.Compression;
using System.Text;
using RunPod.Tests.Http.Stubs;
using ZstdSharp;

namespace RunPod.Tests.Http;

public sealed class BodyEncodingTests
{
    private const string Body = """{"input":{"prompt":"a lighthouse"}}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("identity")]
    public async Task Run_BodyEncoded_IsDecoded(string encoding)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, encoding, Encode(encoding, Encoding.UTF8.GetBytes(Body)));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("""{"prompt":"a lighthouse"}""", Encoding.UTF8.GetString(Assert.Single(api.Cluster.Submitted).Value.Input));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Run_SmallBodyThatDecodesToALargeOne_Answers413(string encoding)
    {
        await using var api = await StubApi.StartAsync();
        var bomb = Encode(encoding, [.. """{"input":" """u8, .. Enumerable.Repeat((byte)' ', 64 << 20), .. "\"}"u8]);
        Assert.InRange(bomb.Length, 0, 100_000);

        using var response = await SendAsync(api, encoding, bomb);

        await response.AssertErrorAsync(413, "body_too_large");
        Assert.Empty(api.Cluster.Submitted);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task Run_BodyNotOfItsEncoding_Answers400(string encoding)
    {
        await using var api = await StubApi.StartAsync();

        using var plain = await SendAsync(api, encoding, Encoding.UTF8.GetBytes(Body));
        using var cut = await SendAsync(api, encoding, Encode(encoding, Encoding.UTF8.GetBytes(Body))[..^12]);

        await plain.AssertErrorAsync(400, "invalid_encoding");
        Assert.Equal(400, (int)cut.StatusCode);
        Assert.Empty(api.Cluster.Submitted);
    }

    [Theory]
    [InlineData("compress")]
    [InlineData("gzip, br")]
    public async Task Run_EncodingUnknown_Answers415AndNamesIt(string encoding)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await SendAsync(api, encoding, [1, 2, 3]);

        Assert.Contains($"'{encoding}'", await response.AssertErrorAsync(415, "unsupported_media_type"), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(StubApi api, string encoding, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await api.Client.PostAsync("/v2/echo/run", content);
    }

    private static byte[] Encode(string encoding, byte[] body)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "deflate" => new ZLibStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
            "zstd" => new CompressionStream(encoded, leaveOpen: true),
            "identity" => new BufferedStream(new MemoryStream()),
            _ => new GZipStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            encoder.Write(body);
        }

        return encoding == "identity" ? body : encoded.ToArray();
    }
}
