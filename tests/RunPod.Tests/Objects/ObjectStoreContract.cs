using System.Net;
using RunPod.Contracts.Objects;

namespace RunPod.Tests.Objects;

/// <summary>What every store does alike.</summary>
public abstract class ObjectStoreContract
{
    private static readonly HttpClient Anybody = new();

    private protected abstract IObjectStore Store { get; }

    private protected abstract Uri UrlOf(string key);

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a/.../b")]
    [InlineData("a\\b")]
    [InlineData("C:/a")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a%2fb")]
    [InlineData("ä")]
    public async Task Put_KeyOutsideTheAlphabet_Throws(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(key, [1]));
        Assert.Throws<ArgumentException>(() => UrlOf(key));
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a")]
    [InlineData("")]
    public async Task DeleteAll_PrefixOutsideTheAlphabet_Throws(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAllAsync(prefix, CancellationToken.None));

    [Fact]
    public async Task Put_File_IsReadByItsUrl()
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        await Store.PutAsync("endpoint/job/1/0.png", "image/png", content.AsMemory(1..), CancellationToken.None);

        using var response = await Anybody.GetAsync(UrlOf("endpoint/job/1/0.png"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(content[1..], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Put_FileThatIsThere_ReplacesIt()
    {
        await PutAsync("endpoint/job/1/0.png", [1, 2, 3]);

        await PutAsync("endpoint/job/1/0.png", [4]);

        Assert.Equal([4], await Anybody.GetByteArrayAsync(UrlOf("endpoint/job/1/0.png")));
    }

    [Fact]
    public async Task DeleteAll_OtherJobsWithTheSameStart_AreKept()
    {
        await PutAsync("endpoint/job-1/0.png", [1]);
        await PutAsync("endpoint/job-10/0.png", [2]);

        await Store.DeleteAllAsync("endpoint/job-1/", CancellationToken.None);

        Assert.Equal([2], await Anybody.GetByteArrayAsync(UrlOf("endpoint/job-10/0.png")));
        using var deleted = await Anybody.GetAsync(UrlOf("endpoint/job-1/0.png"));
        Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
    }

    [Fact]
    public async Task DeleteAll_NothingThere_Succeeds() => await Store.DeleteAllAsync("nobody/", CancellationToken.None);

    private Task PutAsync(string key, byte[] content) => Store.PutAsync(key, "image/png", content, CancellationToken.None);
}
