using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace RunPod.Tests.Objects;

public sealed class LocalObjectEndpointsTests : IAsyncLifetime
{
    private const string Key = "stable-diffusion-v1/job-1/1/0.png";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];

    private ObjectServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ObjectServer.StartAsync();
        await _server.PutAsync(Key, "image/png", Content);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Get_SignedUrl_ReturnsTheFileWithItsHeaders()
    {
        var response = await _server.Client.GetAsync(_server.UrlOf(Key));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("inline", response.Content.Headers.ContentDisposition?.ToString());
        Assert.NotNull(response.Content.Headers.LastModified);
        Assert.NotNull(response.Headers.ETag);
        Assert.Equal("private", response.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task Head_SignedUrl_ReturnsLengthWithoutBody()
    {
        var response = await _server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, _server.UrlOf(Key)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Content.Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("?expires={0}")]
    [InlineData("?signature={1}")]
    [InlineData("")]
    [InlineData("?expires={0}&signature=")]
    [InlineData("?expires={0}&signature=AAAA")]
    [InlineData("?expires={0}&signature=%00")]
    [InlineData("?expires={0}&signature={1}*")]
    [InlineData("?expires={0}0&signature={1}")]
    [InlineData("?expires=+{0}&signature={1}")]
    [InlineData("?expires=never&signature={1}")]
    [InlineData("?expires={0}&signature={1}{1}{1}")]
    public async Task Get_QueryTamperedWith_IsForbidden(string query)
    {
        var url = _server.UrlOf(Key);
        var signed = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url.Query);
        var tampered = string.Format(System.Globalization.CultureInfo.InvariantCulture, query, signed["expires"], signed["signature"]);

        await AssertErrorAsync(await _server.Client.GetAsync($"/files/{Key}{tampered}"), HttpStatusCode.Forbidden, "invalid_signature");
    }

    [Fact]
    public async Task Get_AnyCharacterOfSignatureChanged_IsForbidden()
    {
        var url = _server.UrlOf(Key).ToString();
        var start = url.IndexOf("signature=", StringComparison.Ordinal) + "signature=".Length;
        // Not the last one: it carries two bits that decoding drops.
        for (var i = start; i < url.Length - 1; i++)
        {
            var changed = $"{url[..i]}{(url[i] == 'A' ? 'B' : 'A')}{url[(i + 1)..]}";

            await AssertErrorAsync(await _server.Client.GetAsync(changed), HttpStatusCode.Forbidden, "invalid_signature");
        }
    }

    [Fact]
    public async Task Get_SignatureOfAnotherKey_IsForbidden()
    {
        await _server.PutAsync("other/0.png", "image/png", Content);
        var query = _server.UrlOf(Key).Query;

        await AssertErrorAsync(await _server.Client.GetAsync($"/files/other/0.png{query}"), HttpStatusCode.Forbidden, "invalid_signature");
    }

    [Fact]
    public async Task Get_UrlExpired_IsForbidden()
    {
        var url = _server.UrlOf(Key);
        _server.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        var before = await _server.Client.GetAsync(url);

        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await _server.Client.GetAsync(url);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await AssertErrorAsync(after, HttpStatusCode.Forbidden, "url_expired");
    }

    [Fact]
    public async Task Get_FileDeleted_IsNotFound()
    {
        var url = _server.UrlOf(Key);

        await _server.Store.DeleteAllAsync("stable-diffusion-v1/job-1/", CancellationToken.None);

        await AssertErrorAsync(await _server.Client.GetAsync(url), HttpStatusCode.NotFound, "file_not_found");
    }

    [Theory]
    [InlineData(0, 99, HttpStatusCode.PartialContent, 0, 100)]
    [InlineData(900, null, HttpStatusCode.PartialContent, 900, 100)]
    [InlineData(null, 10, HttpStatusCode.PartialContent, 990, 10)]
    [InlineData(1000, 2000, HttpStatusCode.RequestedRangeNotSatisfiable, 0, 0)]
    public async Task Get_Range_ReturnsThatPart(int? from, int? to, HttpStatusCode status, int start, int length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.UrlOf(Key));
        request.Headers.Range = new RangeHeaderValue(from, to);

        var response = await _server.Client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(Content[start..(start + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Get_WithItsETag_IsNotModified()
    {
        var first = await _server.Client.GetAsync(_server.UrlOf(Key));
        using var request = new HttpRequestMessage(HttpMethod.Get, _server.UrlOf(Key));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        var second = await _server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("a/data", "application/x-custom; v=1", "application/x-custom; v=1")]
    [InlineData("a/0.png", "image/webp", "image/webp")]
    [InlineData("a/page.html", "text/html", "text/html")]
    public async Task Get_ContentTypeOfPut_IsKept(string key, string put, string expected)
    {
        await _server.PutAsync(key, put, Content);

        var response = await _server.Client.GetAsync(_server.UrlOf(key));

        Assert.Equal(expected, response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Post_SignedUrl_IsNotAllowed()
    {
        var response = await _server.Client.PostAsync(_server.UrlOf(Key), content: null);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("/files/../secret")]
    [InlineData("/files/%2e%2e/secret")]
    [InlineData("/files/..%2fsecret")]
    [InlineData("/files/a%2f..%2f..%2fsecret")]
    [InlineData("/files/a/%2e%2e%2f%2e%2e%2fsecret")]
    [InlineData("/files/..%5csecret")]
    [InlineData("/files//etc/passwd")]
    [InlineData("/files/%2fetc%2fpasswd")]
    [InlineData("/files/secret%00.png")]
    [InlineData("/files/%c0%ae%c0%ae/secret")]
    [InlineData("/files/")]
    [InlineData("/files")]
    public async Task Get_Traversal_NeverReachesAFile(string path)
    {
        await File.WriteAllTextAsync(Path.Combine(_server.Folder, "secret"), "secret");
        var query = _server.Urls.Create("http://host", "secret", _server.Clock.GetUtcNow().AddMinutes(1)).Query;

        var response = await SendRawAsync($"GET {path}{query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|403|404) ", response);
        Assert.DoesNotContain("\r\nsecret", response, StringComparison.Ordinal);
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.EndsWith(".", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    // HttpClient would tidy the path up.
    private async Task<string> SendRawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_server.BaseUrl).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
