using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class BucketTests(S3Fixture s3) : IClassFixture<S3Fixture>
{
    private const string LoopbackAllowed = "--Egress:AllowedNetworks:0=127.0.0.0/8";

    private const string Text = "a file's text";

    private static readonly object FileInput = new { file = Text };

    [Theory, Stores]
    public async Task Run_DefaultAndClientsBucket_FilesThereAndOursGoneAfterRetention(StoreKind store)
    {
        var (ours, theirs) = (await s3.CreateBucketAsync(), await s3.CreateBucketAsync());
        await using var silo = await SiloProcess.StartWithTestModelAsync(store, [LoopbackAllowed, "--Retention:Async=00:00:05", .. Settings(ours)]);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);

        var inOurs = await client.SubmitAsync(FileInput);
        var inTheirs = await SubmitAsync(client, FileInput, theirs);
        Assert.Equal(Text, await JobClient.FetchFileAsync(await client.WaitForAsync(inOurs, "COMPLETED")));
        Assert.Equal([$"{SiloProcess.TestEndpoint}/{inOurs}/1/0.txt"], (await s3.Server.KeysAsync(ours)).Where(key => key.Contains(inOurs, StringComparison.Ordinal)));
        Assert.Equal(Text, await JobClient.FetchFileAsync(await client.WaitForAsync(inTheirs, "COMPLETED")));

        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, inOurs)).Length + (await StoreScan.FindAsync(silo.StoreConnectionString, inTheirs)).Length == 0,
            "both jobs are gone");
        Assert.Empty(await s3.Server.KeysAsync(ours));
        Assert.Equal([$"out/{SiloProcess.TestEndpoint}/{inTheirs}/1/0.txt"], await s3.Server.KeysAsync(theirs));
        Assert.False(Directory.Exists(silo.FilesFolder));
    }

    [Theory, Stores]
    public async Task Kill_JobWithS3ConfigQueued_UploadsAfterStartAndNobodySeesTheSecret(StoreKind store)
    {
        var bucket = await s3.CreateBucketAsync();
        await using var silo = await SiloProcess.StartWithTestModelAsync(store, LoopbackAllowed, "--Logging:LogLevel:Default=Debug");
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var running = await SubmitAsync(client, JobClient.HeldInput, bucket);
        var queued = await SubmitAsync(client, FileInput, bucket);
        await client.WaitForAsync(running, "IN_PROGRESS");
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, queued));
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, S3Server.AccessSecret));

        silo.Kill();
        await silo.StartAsync();
        await client.CancelAsync(running);
        var job = await client.WaitForAsync(queued, "COMPLETED");

        Assert.Equal(Text, await JobClient.FetchFileAsync(job));
        var failed = await SubmitAsync(client, FileInput, "nobodys-bucket");
        var texts = $"{job}{await client.WaitForAsync(failed, "FAILED")}{await client.StatusTextAsync(running)}";
        Assert.Contains("(NoSuchBucket)", texts, StringComparison.Ordinal);
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, S3Server.AccessSecret));
        foreach (var text in (string[])[S3Server.AccessSecret, Uri.EscapeDataString(S3Server.AccessSecret)])
        {
            Assert.DoesNotContain(text, texts, StringComparison.Ordinal);
            Assert.DoesNotContain(text, silo.Output, StringComparison.Ordinal);
        }
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
        await using var silo = await SiloProcess.StartWithTestModelAsync(
            StoreKind.Embedded, "--ObjectStore:S3:Bucket=ours", $"--ObjectStore:S3:EndpointUrl=http://127.0.0.1:{FreePort.Find()}", "--ObjectStore:S3:AccessKeyId=a", "--ObjectStore:S3:SecretAccessKey=b");
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);

        var job = await client.WaitForAsync(await client.SubmitAsync(FileInput), "FAILED");

        Assert.Equal("The service's file store did not take the job's files (ConnectionRefused). Tell the operator, and retry the job.", job.GetProperty("error").GetString());
        Assert.Contains("The file store does not answer", silo.Output, StringComparison.Ordinal);
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
