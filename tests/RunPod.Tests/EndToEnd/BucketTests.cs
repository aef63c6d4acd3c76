using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Models;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class BucketTests(S3Fixture s3) : IClassFixture<S3Fixture>
{
    private const string LoopbackAllowed = "--Egress:AllowedNetworks:0=127.0.0.0/8";

    private static readonly object Circle = new { prompt = "a red circle on a blue background", seed = 3 };

    [Theory, Stores]
    public async Task Run_DefaultAndClientsBucket_PicturesThereAndOursGoneAfterRetention(StoreKind store)
    {
        var (ours, theirs) = (await s3.CreateBucketAsync(), await s3.CreateBucketAsync());
        await using var silo = await SiloProcess.StartAsync(store, [LoopbackAllowed, "--Retention:Async=00:00:05", .. Settings(ours)]);
        using var client = new JobClient(silo.CreateClient());

        var inOurs = await client.SubmitAsync(Circle);
        var inTheirs = await SubmitAsync(client, Circle, theirs);
        AssertCircle(await JobClient.FetchPictureAsync(await client.WaitForAsync(inOurs, "COMPLETED")));
        Assert.Equal([$"{JobClient.Endpoint}/{inOurs}/1/0.png"], (await s3.Server.KeysAsync(ours)).Where(key => key.Contains(inOurs, StringComparison.Ordinal)));
        AssertCircle(await JobClient.FetchPictureAsync(await client.WaitForAsync(inTheirs, "COMPLETED")));

        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, inOurs)).Length + (await StoreScan.FindAsync(silo.StoreConnectionString, inTheirs)).Length == 0,
            "both jobs are gone");
        Assert.Empty(await s3.Server.KeysAsync(ours));
        Assert.Equal([$"out/{JobClient.Endpoint}/{inTheirs}/1/0.png"], await s3.Server.KeysAsync(theirs));
        Assert.False(Directory.Exists(silo.FilesFolder));
    }

    [Theory, Stores]
    public async Task Kill_JobWithS3ConfigQueued_UploadsAfterStartAndNobodySeesTheSecret(StoreKind store)
    {
        var bucket = await s3.CreateBucketAsync();
        await using var silo = await SiloProcess.StartAsync(store, LoopbackAllowed, "--Logging:LogLevel:Default=Debug");
        using var client = new JobClient(silo.CreateClient());
        var running = await SubmitAsync(client, JobClient.LongInput, bucket);
        var queued = await SubmitAsync(client, JobClient.ShortInput, bucket);
        await client.WaitForAsync(running, "IN_PROGRESS");
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, queued));
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, S3Server.AccessSecret));

        silo.Kill();
        await silo.StartAsync();
        await client.CancelAsync(running);
        var job = await client.WaitForAsync(queued, "COMPLETED");

        Assert.NotEmpty(await JobClient.FetchPictureAsync(job));
        var failed = await SubmitAsync(client, JobClient.ShortInput, "nobodys-bucket");
        var texts = $"{job}{await client.WaitForAsync(failed, "FAILED")}{await client.StatusTextAsync(running)}";
        Assert.Contains("(NoSuchBucket)", texts, StringComparison.Ordinal);
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, S3Server.AccessSecret));
        foreach (var text in (string[])[S3Server.AccessSecret, Uri.EscapeDataString(S3Server.AccessSecret)])
        {
            Assert.DoesNotContain(text, texts, StringComparison.Ordinal);
            Assert.DoesNotContain(text, silo.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_LoopbackNotAllowed_FailsWithTheReason()
    {
        await using var silo = await SiloProcess.StartAsync(StoreKind.Embedded);
        using var client = new JobClient(silo.CreateClient());

        var job = await client.WaitForAsync(await SubmitAsync(client, JobClient.ShortInput, await s3.CreateBucketAsync()), "FAILED");

        Assert.Contains("The host '127.0.0.1' has an address outside the public internet", job.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SecretAccessKey=wrong-secret", "the server refused the signature (SignatureDoesNotMatch). Correct ObjectStore:S3:SecretAccessKey and start the service again.")]
    [InlineData("Bucket=nobodys-bucket", "Bucket 'nobodys-bucket' at ")]
    [InlineData("EndpointUrl=minio", "ObjectStore:S3:EndpointUrl must be an absolute http or https URL")]
    public async Task Start_WrongSettings_EndsWithOneAndSaysSo(string setting, string expected)
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["Store__DataFolder"] = folder.Combine("data") };

        using var program = SiloProgram.Start(
            folder.Path, environment, ["--urls", $"http://127.0.0.1:{FreePort.Find()}", .. Settings(await s3.CreateBucketAsync()), $"--ObjectStore:S3:{setting}"]);
        var (exitCode, output) = await program.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ServerDown_StartsAndSaysSo()
    {
        await using var silo = await SiloProcess.StartAsync(
            StoreKind.Embedded, "--ObjectStore:S3:Bucket=ours", $"--ObjectStore:S3:EndpointUrl=http://127.0.0.1:{FreePort.Find()}", "--ObjectStore:S3:AccessKeyId=a", "--ObjectStore:S3:SecretAccessKey=b");
        using var client = new JobClient(silo.CreateClient());

        var job = await client.WaitForAsync(await client.SubmitAsync(JobClient.ShortInput), "FAILED");

        Assert.Equal("The service's file store did not take the job's files (ConnectionRefused). Tell the operator, and retry the job.", job.GetProperty("error").GetString());
        Assert.Contains("The file store does not answer", silo.Output, StringComparison.Ordinal);
    }

    private static void AssertCircle(byte[] picture)
    {
        var rgba = Pictures.Decode(picture, out _, out _);
        Assert.True(Pictures.Centre(rgba, 128, 128) is { Red: > 180, Green: < 100, Blue: < 100 });
    }

    private string[] Settings(string bucket) =>
    [
        $"--ObjectStore:S3:Bucket={bucket}",
        $"--ObjectStore:S3:EndpointUrl={s3.Server.Url}",
        $"--ObjectStore:S3:AccessKeyId={S3Server.AccessId}",
        $"--ObjectStore:S3:SecretAccessKey={S3Server.AccessSecret}",
    ];

    private async Task<string> SubmitAsync(JobClient client, object input, string bucket)
    {
        var s3Config = s3.Server.Config(bucket, "out");
        using var response = await client.PostAsync("run", new { input, s3Config });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }
}
