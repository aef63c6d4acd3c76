using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Grains.Inference;
using RunPod.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>What is wrong with a model ends its job with the reason, or is tried again; it holds no slot.</summary>
public sealed class FaultyModelTests(FaultyModelTests.Silo silo) : IClassFixture<FaultyModelTests.Silo>
{
    [Theory]
    [InlineData("stream NaN", "A part of its output is not valid JSON from byte 0 on.")]
    [InlineData("progress NaN", "A part of its output is not valid JSON from byte 0 on.")]
    [InlineData("preview NaN", "A part of its output is not valid JSON from byte 0 on.")]
    [InlineData("preview throws", "The preview has no frame.")]
    [InlineData("preview throws, then streams", "The preview has no frame.")]
    [InlineData("large blank", "A part of its output is not valid JSON from byte")]
    [InlineData("file not found", "Could not find file 'secret.bin'.")]
    public async Task Run_ModelIsWrong_EndsFailedWithTheReason(string input, string reason)
    {
        var job = await silo.Cluster.RunAsync($"\"{input}\"");

        Assert.Equal(JobStatus.Failed, job.Status);
        Assert.StartsWith($"The model failed: {reason}", job.Error, StringComparison.Ordinal);
        Assert.Equal(0, job.Retries);
    }

    [Fact]
    public async Task Run_ErrorOfMegabytes_IsCut()
    {
        var job = await silo.Cluster.RunAsync("\"long error\"");

        Assert.StartsWith("The model failed: eee", job.Error, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(job.Error!), ErrorText.MaxBytes - 3, ErrorText.MaxBytes);
    }

    [Fact]
    public async Task Run_HundredsOfPreviewsAtOnce_StoresAFew()
    {
        var job = await silo.Cluster.RunAsync("\"previews\"");

        Assert.Equal(JobStatus.Completed, job.Status);
        var stored = Directory.GetFiles(silo.Cluster.ObjectFolder, "preview-*", SearchOption.AllDirectories);
        Assert.InRange(stored.Length, 1, 20);
        var answers = await silo.Cluster.Job(job.JobId).ReadToEndAsync();
        Assert.Equal(FaultyModel.Previews, answers.Texts().Count);
    }

    [Fact]
    public async Task Load_FailsAtFirst_IsUnhealthyWithTheReasonUntilItSucceeds()
    {
        var queue = silo.Cluster.Grains.Queue("later");
        EndpointHealth? health = null;
        await Eventually.HoldsAsync(
            async () => (health = await queue.GetHealthAsync()).Workers.GetValueOrDefault(WorkerState.Unhealthy) == 1 && silo.Model.Failures > 2, "the endpoint is unhealthy");
        Assert.Equal(["No memory is left."], health!.UnhealthyReasons);

        silo.Model.Loads = true;

        Assert.Equal(JobStatus.Completed, (await silo.Cluster.RunAsync("\"echo\"", "later")).Status);
        health = await queue.GetHealthAsync();
        Assert.Empty(health.UnhealthyReasons);
        Assert.Equal(0, health.Workers.GetValueOrDefault(WorkerState.Unhealthy));
    }

    /// <summary>A silo whose only kind of model is the <see cref="FaultyModel"/>.</summary>
    public sealed class Silo : IAsyncLifetime
    {
        internal TestCluster Cluster { get; private set; } = null!;

        internal FaultyModel Model { get; } = new();

        public async Task InitializeAsync() => Cluster = await TestCluster.StartAsync(options =>
        {
            options.Models.Add("later", "");
            options.ConfigureSilo = (silo, _) =>
            {
                silo.Services.RemoveAll<IModelFormat>();
                silo.Services.AddSingleton<IModelFormat>(Model);
                silo.Services.Configure<WorkerOptions>(workers => (workers.LoadRetry, workers.LoadRetryMax) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50)));
            };
        });

        public async Task DisposeAsync() => await Cluster.DisposeAsync();
    }
}
