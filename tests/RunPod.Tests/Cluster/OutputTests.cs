using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Secrets;
using RunPod.Grains.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class OutputTests : IAsyncLifetime
{
    private const int Limit = 2048;

    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        options => options.ConfigureSilo = (silo, _) => silo.Services.Configure<JobOptions>(jobs => jobs.MaxOutputBytes = Limit));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData("NaN", 0)]
    [InlineData("""{\"loss\":NaN}""", 8)]
    [InlineData("", 0)]
    [InlineData("not json", 0)]
    [InlineData("\\\"\\u00ff\\\"", 1)]
    public async Task Run_OutputIsNotJson_FailsWithTheReason(string output, int position)
    {
        var job = await _cluster.RunAsync($$"""{"output":"{{output}}"}""");

        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.Equal($"The model's output is not valid JSON from byte {position} on. It must be one JSON value in UTF-8, without NaN and Infinity. Correct the model.", job.Error);
        Assert.Null(job.Output);
    }

    [Fact]
    public async Task Run_OutputOfTheLimit_IsInTheJob()
    {
        var input = $"\"{new string('a', Limit - 2)}\"";

        var job = await _cluster.RunAsync(input);

        Assert.Equal((JobStatus.Completed, input), (job.Status, Encoding.UTF8.GetString(job.Output!)));
        Assert.Empty(Directory.GetFiles(_cluster.ObjectFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Run_OutputAboveTheLimit_IsAFileThatTheOutputNames()
    {
        var input = $"\"{new string('a', Limit - 1)}\"";

        var job = await _cluster.RunAsync(input);

        Assert.Equal(JobStatus.Completed, job.Status);
        var output = JsonSerializer.Deserialize<JsonElement>(job.Output);
        Assert.Equal(["output_url", "bytes"], output.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Limit + 1, output.GetProperty("bytes").GetInt32());
        Assert.StartsWith($"http://localhost:1/files/test/{job.JobId}/1/output.json?", output.GetProperty("output_url").GetString(), StringComparison.Ordinal);
        Assert.Equal(input, await File.ReadAllTextAsync(Path.Combine(_cluster.ObjectFolder, "files", "test", job.JobId, "1", "output.json")));
    }

    [Fact]
    public async Task Run_OutputAboveTheLimitWithS3Config_GoesToTheClientsBucket()
    {
        using var s3 = await S3Server.StartAsync("outputs");
        var config = TestSecrets.Protector.Protect(SecretPurposes.S3Config, s3.Config("outputs").ToBytes());
        var input = $"\"{new string('a', Limit)}\"";

        var job = await _cluster.EndOfAsync(await _cluster.SubmitAsync(input, with: submission => submission with { S3Config = config }));

        using var anybody = new HttpClient();
        using var file = await anybody.GetAsync(new Uri(JsonSerializer.Deserialize<JsonElement>(job.Output).GetProperty("output_url").GetString()!));
        Assert.Equal(input, await file.Content.ReadAsStringAsync());
        Assert.Equal("application/json", file.Content.Headers.ContentType?.ToString());
    }
}
