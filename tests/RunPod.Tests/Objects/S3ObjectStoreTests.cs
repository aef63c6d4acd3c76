using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Objects;
using RunPod.Silo.Objects.S3;
using RunPod.Tests.Support;

namespace RunPod.Tests.Objects;

/// <summary>The service's own bucket on a server that checks signatures.</summary>
public sealed class S3ObjectStoreTests(S3Fixture s3) : ObjectStoreContract, IClassFixture<S3Fixture>, IAsyncLifetime
{
    private const string Key = "endpoint/job/1/0.png";

    // Not today, so that a lifetime reckoned by the wrong clock is noticed.
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private string _bucket = null!;

    private protected override IObjectStore Store => CreateStore();

    public async Task InitializeAsync() => _bucket = await s3.CreateBucketAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Put_Prefix_KeepsToItsFolder()
    {
        var store = CreateStore(options => options.Prefix = "/runpod/files/");
        await store.PutAsync(Key, "image/png", new byte[] { 1 }, CancellationToken.None);
        await Store.PutAsync(Key, "image/png", new byte[] { 2 }, CancellationToken.None);
        Assert.Equal([Key, "runpod/files/" + Key], (await s3.Server.KeysAsync(_bucket)).Order());

        await store.DeleteAllAsync("endpoint/job/", CancellationToken.None);

        Assert.Equal([Key], await s3.Server.KeysAsync(_bucket));
    }

    [Fact]
    public async Task DeleteAll_MoreFilesThanAPageHolds_DeletesAll()
    {
        var store = Store;
        await Parallel.ForAsync(0, 1010, async (i, token) => await store.PutAsync($"endpoint/job/1/{i}.txt", "text/plain", new byte[] { 1 }, token));
        await store.PutAsync("endpoint/other/1/0.txt", "text/plain", new byte[] { 1 }, CancellationToken.None);

        await store.DeleteAllAsync("endpoint/job/", CancellationToken.None);

        Assert.Equal(["endpoint/other/1/0.txt"], await s3.Server.KeysAsync(_bucket));
    }

    [Theory]
    [InlineData(30, 1800)]
    [InlineData(10 * 24 * 60, 604740)]
    [InlineData(-5, 1)]
    public void GetUrl_AnyExpiry_LastsAsLongAsASignatureMay(int minutes, int seconds)
    {
        var query = QueryHelpers.ParseQuery(Store.GetUrl(Key, "http://unused", _clock.GetUtcNow().AddMinutes(minutes)).Query);

        Assert.InRange(int.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture), seconds, seconds + 1);
    }

    [Fact]
    public async Task Get_UrlChangedOrExpired_IsForbidden()
    {
        using var anybody = new HttpClient();
        await Store.PutAsync(Key, "image/png", new byte[] { 1 }, CancellationToken.None);
        await Store.PutAsync("endpoint/job/1/1.png", "image/png", new byte[] { 1 }, CancellationToken.None);
        var url = UrlOf(Key);
        var expiring = Store.GetUrl(Key, "http://unused", _clock.GetUtcNow().AddSeconds(1));

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(url.GetLeftPart(UriPartial.Path)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(url.AbsoluteUri.Replace("/0.png", "/1.png", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(url.AbsoluteUri.Replace("X-Amz-Expires=1", "X-Amz-Expires=2", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(async () => await StatusAsync(expiring.AbsoluteUri) == HttpStatusCode.Forbidden, "the URL expires");

        async Task<HttpStatusCode> StatusAsync(string address)
        {
            using var response = await anybody.GetAsync(new Uri(address));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task GetUrl_PublicEndpoint_LeadsThere()
    {
        using var anybody = new HttpClient();
        var store = CreateStore(options => options.PublicEndpointUrl = s3.Server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        await store.PutAsync(Key, "image/png", new byte[] { 7 }, CancellationToken.None);

        var url = store.GetUrl(Key, "http://unused", _clock.GetUtcNow().AddMinutes(30));

        Assert.Equal("localhost", url.Host);
        Assert.Equal([7], await anybody.GetByteArrayAsync(url));
    }

    [Theory]
    [InlineData("wrong", "SignatureDoesNotMatch", "Correct ObjectStore:S3:SecretAccessKey and start the service again.")]
    [InlineData(null, "NoSuchBucket", "Create it and start the service again, or correct ObjectStore:S3:Bucket and start the service again.")]
    public async Task Put_WrongSettings_TellsTheClientLittleAndTheOperatorAll(string? wrongSecret, string code, string advice)
    {
        var store = CreateStore(options => (options.SecretAccessKey, options.Bucket) = wrongSecret is null ? (options.SecretAccessKey, "nobodys-bucket") : (wrongSecret, options.Bucket));

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync(Key, "image/png", new byte[] { 1 }, CancellationToken.None));
        var probe = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ProbeAsync(CancellationToken.None));

        Assert.Equal($"The service's file store did not take the job's files ({code}). Tell the operator, and retry the job.", fault.Message);
        Assert.EndsWith(advice, fault.InnerException?.Message, StringComparison.Ordinal);
        Assert.Equal(code, probe.Reason);
        Assert.DoesNotContain(S3Server.AccessSecret, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Cancelled_IsNoFault()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(Key, "image/png", new byte[] { 1 }, cancelled.Token));
    }

    private protected override Uri UrlOf(string key) => Store.GetUrl(key, "http://unused", _clock.GetUtcNow().AddMinutes(30));

    private S3ObjectStore CreateStore(Action<S3StoreOptions>? configure = null)
    {
        var options = new S3StoreOptions { Bucket = _bucket, EndpointUrl = s3.Server.Url, AccessKeyId = S3Server.AccessId, SecretAccessKey = S3Server.AccessSecret };
        configure?.Invoke(options);
        return new S3ObjectStore(S3Buckets.OfService(options), TimeSpan.FromSeconds(30), _clock);
    }
}
