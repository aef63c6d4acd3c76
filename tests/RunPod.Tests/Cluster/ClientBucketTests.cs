using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Objects;
using RunPod.Contracts.Secrets;
using RunPod.Grains.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class ClientBucketTests(S3Fixture s3) : IClassFixture<S3Fixture>, IAsyncLifetime
{
    private const string Input = """{"file":"a picture"}""";

    private TestCluster _cluster = null!;
    private string _bucket = null!;

    public async Task InitializeAsync()
    {
        // Without room to store beside the next job, that one begins when the files of the one before it are settled.
        _cluster = await TestCluster.StartAsync(options =>
            options.ConfigureSilo = (silo, _) => silo.Services.Configure<WorkerOptions>(workers => workers.MaxStoringBytes = 0));
        _bucket = await s3.CreateBucketAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Run_S3Config_FileIsInTheClientsBucketAlone()
    {
        using var anybody = new HttpClient();
        var job = await RunAsync(s3.Server.Config(_bucket, "pictures/today"));

        Assert.Equal(JobStatus.Completed, job.Status);
        Assert.Equal([$"pictures/today/test/{job.JobId}/1/0.txt"], await s3.Server.KeysAsync(_bucket));
        var url = JsonSerializer.Deserialize<string[]>(job.Output)![0];
        Assert.StartsWith(s3.Server.Url, url, StringComparison.Ordinal);
        Assert.Equal("a picture", await anybody.GetStringAsync(new Uri(url)));
        Assert.Empty(Directory.GetFiles(_cluster.ObjectFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Run_WrongSecret_FailsWithTheReasonAndKeepsTheInput()
    {
        var job = await RunAsync(s3.Server.Config(_bucket) with { AccessSecret = "wrongsecret" });

        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.EndsWith("(SignatureDoesNotMatch). Correct s3Config.accessSecret and submit the job again.", job.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrongsecret", job.Error, StringComparison.Ordinal);
        Assert.NotEmpty(await _cluster.FindInStoreAsync("a picture"));
        Assert.Equal(JobStatus.Completed, (await _cluster.RunAsync("1")).Status);
    }

    [Fact]
    public async Task Run_BucketOrServerMissing_FailsWithTheReason()
    {
        var missing = await RunAsync(s3.Server.Config("nobodys-bucket"));
        var dead = await RunAsync(s3.Server.Config(_bucket) with { EndpointUrl = $"http://127.0.0.1:{FreePort.Find()}" });
        var refused = await RunAsync(s3.Server.Config(_bucket) with { EndpointUrl = "http://169.254.169.254" });

        Assert.Equal([JobStatus.Failed, JobStatus.Failed, JobStatus.Failed], [missing.Status, dead.Status, refused.Status]);
        Assert.Contains("(NoSuchBucket)", missing.Error, StringComparison.Ordinal);
        Assert.Contains("(ConnectionRefused)", dead.Error, StringComparison.Ordinal);
        Assert.Contains("has an address outside the public internet", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReportDoesNotCount_FilesAreDeleted()
    {
        var jobId = await SubmitAsync("""{"hold":true,"file":"a picture"}""", s3.Server.Config(_bucket));
        await _cluster.Model.Begun.WaitAsync();

        // Somebody else is on the next attempt when the first one reports.
        await _cluster.Job(jobId).BeginAttemptAsync(new AttemptRequest
        {
            LeaseId = long.MaxValue,
            Worker = new WorkerIdentity { GrainKey = "nowhere/cpu:0", WorkerId = "other", Gpu = "CPU", Silo = SiloAddress.New(IPAddress.Parse("192.0.2.1"), 1, int.MaxValue) },
        });
        _cluster.Model.Release();
        await _cluster.RunAsync("1");

        Assert.Empty(await s3.Server.KeysAsync(_bucket));
    }

    [Fact]
    public async Task Store_WhileQueuedRunningAndEnded_HoldsNoSecret()
    {
        var running = await SubmitAsync("""{"hold":true,"file":"a"}""", s3.Server.Config(_bucket));
        var queued = await SubmitAsync(Input, s3.Server.Config(_bucket));
        await _cluster.Model.Begun.WaitAsync();

        Assert.NotEmpty(await _cluster.FindInStoreAsync(queued));
        Assert.Empty(await _cluster.FindInStoreAsync(S3Server.AccessSecret));
        Assert.Empty(await _cluster.FindInStoreAsync(S3Server.AccessId));
        _cluster.Model.Release();
        await _cluster.EndOfAsync(running);
        await _cluster.EndOfAsync(queued);

        // The id is in the URL of the output, as in every presigned one.
        Assert.NotEmpty(await _cluster.FindInStoreAsync(S3Server.AccessId));
        Assert.Empty(await _cluster.FindInStoreAsync(S3Server.AccessSecret));
    }

    private async Task<JobSnapshot> RunAsync(S3Config config) => await _cluster.EndOfAsync(await SubmitAsync(Input, config));

    private Task<string> SubmitAsync(string input, S3Config config) => _cluster.SubmitAsync(
        input, with: submission => submission with { S3Config = TestSecrets.Protector.Protect(SecretPurposes.S3Config, config.ToBytes()) });
}
