using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Contracts.Requests;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class JobLifecycleTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => options.Models.Add("broken", "broken"));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Submit_AnyJson_CompletesWithTheOutputByteForByte()
    {
        const string Input = """{ "a" : [1.00, 1e400, "\u00e9é", null],"a":2 }""";

        var job = await _cluster.RunAsync(Input);

        Assert.Equal((JobStatus.Completed, Input), (job.Status, Encoding.UTF8.GetString(job.Output!)));
        Assert.Equal(("CPU", 0), (job.Gpu, job.Retries));
        Assert.EndsWith("-cpu-0-0", job.WorkerId, StringComparison.Ordinal);
        Assert.True(job is { DelayTime: >= 0, ExecutionTime: >= 0 });
    }

    [Fact]
    public async Task Submit_ModelReportsAnError_FailsAtOnceWithoutRetry()
    {
        var job = await _cluster.RunAsync("""{"fail":"prompt is a required input."}""");

        Assert.Equal((JobStatus.Failed, "prompt is a required input.", 0), (job.Status, job.Error, job.Retries));
        Assert.Single(_cluster.Model.Runs);
    }

    [Fact]
    public async Task Submit_SameJobTwice_RunsOnce()
    {
        var jobId = await _cluster.SubmitAsync("1");

        Assert.Equal(SubmitOutcome.Accepted, await _cluster.Job(jobId).SubmitAsync(TestCluster.Submission("1")));

        await _cluster.EndOfAsync(jobId);
        Assert.Single(_cluster.Model.Runs);
    }

    [Fact]
    public async Task Submit_ManyJobs_RunInTheirOrder()
    {
        await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        var inputs = Enumerable.Range(0, 40).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var last = "";
        foreach (var input in inputs)
        {
            last = await _cluster.SubmitAsync(input);
        }

        _cluster.Model.Release();
        await _cluster.EndOfAsync(last);

        Assert.Equal(inputs, _cluster.Model.Runs.Skip(1).Select(run => run.Input));
    }

    [Fact]
    public async Task Cancel_QueuedJob_NeverRuns()
    {
        var running = await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        var queued = await _cluster.SubmitAsync("2");

        var cancelled = await _cluster.Job(queued).CancelAsync(TestCluster.User, onlyIfQueued: false);
        _cluster.Model.Release();
        await _cluster.EndOfAsync(running);
        await _cluster.RunAsync("3");

        Assert.Equal((CancelOutcome.Cancelled, JobStatus.Cancelled), (cancelled.Outcome, cancelled.Job?.Status));
        Assert.DoesNotContain(_cluster.Model.Runs, run => run.Input == "2");
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsTheModel()
    {
        var jobId = await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();

        await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);
        await _cluster.Model.Cancelled.WaitAsync();

        Assert.Equal(JobStatus.Cancelled, (await _cluster.EndOfAsync(jobId)).Status);
        Assert.Equal(JobStatus.Completed, (await _cluster.RunAsync("2")).Status);
    }

    [Fact]
    public async Task Cancel_CompletedJob_StaysAsItIs()
    {
        var job = await _cluster.RunAsync("1");

        var result = await _cluster.Job(job.JobId).CancelAsync(TestCluster.User, onlyIfQueued: false);

        Assert.Equal((CancelOutcome.AlreadyEnded, JobStatus.Completed), (result.Outcome, result.Job?.Status));
    }

    [Fact]
    public async Task Cancel_SomebodyElsesJob_IsUnknown()
    {
        var job = await _cluster.RunAsync("1");

        Assert.Equal(CancelOutcome.UnknownJob, (await _cluster.Job(job.JobId).CancelAsync("somebody", onlyIfQueued: false)).Outcome);
        Assert.Equal(CancelOutcome.UnknownJob, (await _cluster.Job("nothing").CancelAsync(TestCluster.User, onlyIfQueued: false)).Outcome);
    }

    [Fact]
    public async Task Cancel_UnknownJobByManyAtOnce_IsUnknownToAll()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _cluster.Job("nothing").CancelAsync(TestCluster.User, onlyIfQueued: false)));

        Assert.All(results, result => Assert.Equal(CancelOutcome.UnknownJob, result.Outcome));
    }

    [Fact]
    public async Task Submit_QueueFull_IsRefusedAndLeavesNothing()
    {
        // No worker serves this endpoint, so 50 jobs may wait.
        for (var i = 0; i < 50; i++)
        {
            await _cluster.SubmitAsync("1", "broken");
        }

        Assert.Equal(SubmitOutcome.QueueFull, await _cluster.Job("one-too-many", "broken").SubmitAsync(TestCluster.Submission("1")));
        Assert.Null(await _cluster.Job("one-too-many", "broken").GetSnapshotAsync());
        Assert.Empty(await _cluster.FindInStoreAsync("one-too-many"));
    }

    [Fact]
    public async Task Submit_AgainAfterTheEndWhileTheQueueIsFull_StaysAccepted()
    {
        var jobId = await _cluster.SubmitAsync("1", "broken");
        await _cluster.Job(jobId, "broken").CancelAsync(TestCluster.User, onlyIfQueued: false);
        for (var i = 0; i < 50; i++)
        {
            await _cluster.SubmitAsync("1", "broken");
        }

        Assert.Equal(SubmitOutcome.Accepted, await _cluster.Job(jobId, "broken").SubmitAsync(TestCluster.Submission("1")));

        Assert.Equal(JobStatus.Cancelled, (await _cluster.Job(jobId, "broken").GetSnapshotAsync())?.Status);
        var listed = await _cluster.Orleans.GetSiloServiceProvider().GetRequiredService<IRequestIndex>().ListAsync("broken", TestCluster.User, 0, 100);
        Assert.Contains(jobId, listed.JobIds);
    }

    [Fact]
    public async Task GetHealth_ModelDoesNotLoad_TellsTheReasonAndTheOthersGoOn()
    {
        await _cluster.RunAsync("1");

        var broken = await _cluster.Grains.Queue("broken").GetHealthAsync();
        while (broken.UnhealthyReasons.Length == 0)
        {
            broken = await _cluster.Grains.Queue("broken").GetHealthAsync();
        }

        var health = await _cluster.Grains.Queue(TestCluster.Endpoint).GetHealthAsync();

        Assert.Equal(["test.model is broken."], broken.UnhealthyReasons);
        Assert.Equal(1, broken.Workers[WorkerState.Unhealthy]);
        Assert.Equal((1L, 0L, 0, 0), (health.Completed, health.Failed, health.InProgress, health.InQueue));
    }
}
