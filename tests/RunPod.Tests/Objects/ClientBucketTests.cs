using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Secrets;
using RunPod.Silo.Egress;
using RunPod.Silo.Objects;
using RunPod.Silo.Objects.S3;
using RunPod.Silo.Secrets;
using RunPod.Tests.Support;

namespace RunPod.Tests.Objects;

/// <summary>Buckets that requests name.</summary>
public sealed class ClientBucketTests : IClassFixture<S3Fixture>, IAsyncLifetime, IDisposable
{
    private const string Key = "endpoint/job/1/0.png";

    private readonly S3Fixture _s3;
    private readonly GuardedHttp _guarded = new(new GuardedConnector(new EgressPolicy([IPNetwork.Parse("127.0.0.1/32")])), TimeSpan.FromSeconds(5));
    private readonly GuardedS3Http _http;
    private readonly ObjectStores _stores;
    private string _bucket = null!;

    public ClientBucketTests(S3Fixture s3)
    {
        _s3 = s3;
        _http = new GuardedS3Http(_guarded);
        var options = Options.Create(new ObjectStoreOptions { UploadTimeout = TimeSpan.FromSeconds(10) });
        _stores = new ObjectStores(own: null!, new S3Buckets(_http), TestSecrets.Protector, options, TimeProvider.System);
    }

    public async Task InitializeAsync() => _bucket = await _s3.CreateBucketAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _http.Dispose();
        _guarded.Dispose();
    }

    [Theory]
    [InlineData(null, Key)]
    [InlineData("", Key)]
    [InlineData("/a//b c/ü+/", "a/b c/ü+/" + Key)]
    public async Task Put_ObjectPath_IsInFrontAndTheUrlLastsAWeek(string? objectPath, string expected)
    {
        using var anybody = new HttpClient();
        var store = Open(_s3.Server.Config(_bucket, objectPath));

        await store.PutAsync(Key, "image/png", new byte[] { 1, 2 }, CancellationToken.None);
        var url = store.GetUrl(Key, "http://unused", DateTimeOffset.MinValue);

        Assert.Equal([expected], await _s3.Server.KeysAsync(_bucket));
        Assert.Equal([1, 2], await anybody.GetByteArrayAsync(url));
        Assert.Contains("X-Amz-Expires=604", url.Query, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Server.AccessSecret, Uri.UnescapeDataString(url.AbsoluteUri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_WrongSecret_SaysSoWithoutIt()
    {
        var fault = await PutAsync(_s3.Server.Config(_bucket) with { AccessSecret = "wrongsecret" });

        Assert.Equal(
            $"Bucket '{_bucket}' at {new Uri(_s3.Server.Url).Authority} cannot be used: the server refused the signature (SignatureDoesNotMatch). Correct s3Config.accessSecret and submit the job again.",
            fault.Message);
        Assert.DoesNotContain("wrongsecret", fault.ToString(), StringComparison.Ordinal);
        Assert.Null(fault.InnerException);
    }

    [Fact]
    public async Task Put_UnknownKeyOrBucket_SaysWhich()
    {
        Assert.Contains("(InvalidAccessKeyId). Correct s3Config.accessId", (await PutAsync(_s3.Server.Config(_bucket) with { AccessId = "nobody" })).Message, StringComparison.Ordinal);
        Assert.Contains("it does not exist (NoSuchBucket).", (await PutAsync(_s3.Server.Config("nobodys-bucket"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.2:1")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://[::1]:9000")]
    public async Task Put_AddressInside_IsRefused(string endpoint)
    {
        var fault = await PutAsync(_s3.Server.Config(_bucket) with { EndpointUrl = endpoint });

        Assert.Equal("AddressRefused", fault.Reason);
        Assert.EndsWith("ask the operator to allow its network in Egress:AllowedNetworks.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_NobodyListens_SaysSo()
    {
        var fault = await PutAsync(_s3.Server.Config(_bucket) with { EndpointUrl = $"http://127.0.0.1:{FreePort.Find()}" });

        // The few retries end before the 10 seconds that an upload has here.
        Assert.Equal("ConnectionRefused", fault.Reason);
    }

    [Theory]
    [InlineData("", "Timeout")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n\r\n<Error><Message>", "ConnectionLost")]
    [InlineData("SSH-2.0-OpenSSH_9\r\n", "ConnectionLost")]
    public async Task Put_SomethingElseListens_EndsWithAReason(string answer, string reason)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        _ = AnswerAsync(server, answer);

        var fault = await PutAsync(_s3.Server.Config(_bucket) with { EndpointUrl = $"http://{server.LocalEndpoint}" });

        Assert.Equal(reason, fault.Reason);
    }

    [Fact]
    public async Task DeleteAll_Prefix_LeavesTheClientsOtherFiles()
    {
        var store = Open(_s3.Server.Config(_bucket, "mine"));
        await store.PutAsync("endpoint/job/1/0.png", "image/png", new byte[] { 1 }, CancellationToken.None);
        await store.PutAsync("endpoint/job/2/0.png", "image/png", new byte[] { 1 }, CancellationToken.None);

        await store.DeleteAllAsync("endpoint/job/1/", CancellationToken.None);

        Assert.Equal(["mine/endpoint/job/2/0.png"], await _s3.Server.KeysAsync(_bucket));
    }

    [Fact]
    public void Open_KeysLost_SaysSo()
    {
        var lost = new DataProtectionSecrets(new EphemeralDataProtectionProvider()).Protect(SecretPurposes.S3Config, _s3.Server.Config(_bucket).ToBytes());

        Assert.Equal("KeysLost", Assert.Throws<ObjectStoreException>(() => _stores.Open(lost)).Reason);
    }

    private static async Task AnswerAsync(TcpListener server, string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await server.AcceptTcpClientAsync();
                var stream = connection.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                var more = new byte[1 << 20];
                while (answer.Length > 0)
                {
                    await stream.WriteAsync(more);
                }

                // Silent until the client has enough of it.
                _ = await stream.ReadAsync(new byte[1 << 20]);
                while (await stream.ReadAsync(new byte[4096]) > 0)
                {
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended, or the client has gone.
            if (server.Server.IsBound)
            {
                await AnswerAsync(server, answer);
            }
        }
    }

    private async Task<ObjectStoreException> PutAsync(S3Config config) =>
        await Assert.ThrowsAsync<ObjectStoreException>(() => Open(config).PutAsync(Key, "image/png", new byte[] { 1 }, CancellationToken.None));

    private IObjectStore Open(S3Config config) => _stores.Open(TestSecrets.Protector.Protect(SecretPurposes.S3Config, config.ToBytes()));
}
