using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => options.Clock = _clock);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Retention_Passed_LeavesNothingInStoreAndFolder()
    {
        var job = await _cluster.RunAsync("""{"file":"a picture"}""");
        Assert.NotEmpty(Directory.GetFiles(_cluster.ObjectFolder, "*", SearchOption.AllDirectories));
        Assert.NotEmpty(await _cluster.FindInStoreAsync(job.JobId));

        await _clock.PassAsync(TimeSpan.FromMinutes(29));
        Assert.NotNull(await _cluster.Job(job.JobId).GetSnapshotAsync());
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2), async () => (await _cluster.FindInStoreAsync(job.JobId)).Length == 0);

        Assert.Null(await _cluster.Job(job.JobId).GetSnapshotAsync());
        Assert.Empty(Directory.GetFiles(_cluster.ObjectFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Retention_EndsInTheMinuteOfTheTimeToLive_DeletesTheJob()
    {
        // At 00:01:10: the retention ends at about 00:31:10, the time to live at 00:31:30.
        _clock.Advance(TimeSpan.FromSeconds(40));
        var jobId = await _cluster.SubmitAsync("1", with: submission => submission with { TimeToLive = TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(20) });
        await _cluster.EndOfAsync(jobId);

        await _clock.PassAsync(TimeSpan.FromMinutes(29));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(3), async () => (await _cluster.FindInStoreAsync(jobId)).Length == 0);

        Assert.Empty(await _cluster.FindInStoreAsync(jobId));
    }

    [Fact]
    public async Task TimeToLive_ShortRetention_DeletesTheJobInTheSameMinute()
    {
        await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        var jobId = await _cluster.SubmitAsync("2", with: submission => submission with { TimeToLive = TimeSpan.FromSeconds(40), Retention = TimeSpan.FromSeconds(10) });

        await _clock.PassUntilAsync(TimeSpan.FromMinutes(3), async () => (await _cluster.FindInStoreAsync(jobId)).Length == 0);

        Assert.Empty(await _cluster.FindInStoreAsync(jobId));
    }

    [Fact]
    public async Task TimeToLive_PassedInTheQueue_TimesOutWithoutACaller()
    {
        await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        var queued = await _cluster.SubmitAsync("2", with: submission => submission with { TimeToLive = TimeSpan.FromMinutes(3) });
        var wait = _cluster.Job(queued).WaitForEndAsync(TimeSpan.FromMinutes(10));

        await _clock.PassUntilAsync(TimeSpan.FromMinutes(4), () => Task.FromResult(wait.IsCompleted));

        Assert.Equal(JobStatus.TimedOut, (await wait)?.Status);
        _cluster.Model.Release();
        await _cluster.RunAsync("3");
        Assert.DoesNotContain(_cluster.Model.Runs, run => run.Input == "2");
    }

    [Fact]
    public async Task TimeToLive_PassedWhileRunning_StopsTheModel()
    {
        var running = await _cluster.SubmitAsync("""{"hold":true}""", with: submission => submission with { TimeToLive = TimeSpan.FromSeconds(20) });
        await _cluster.Model.Begun.WaitAsync();

        await _clock.PassUntilAsync(TimeSpan.FromMinutes(1), () => _cluster.Model.Cancelled.WaitAsync(0));

        Assert.Equal(JobStatus.TimedOut, (await _cluster.EndOfAsync(running)).Status);
    }

    [Fact]
    public async Task ExecutionTimeout_Passed_StopsTheModel()
    {
        var running = await _cluster.SubmitAsync("""{"hold":true}""", with: submission => submission with { ExecutionTimeout = TimeSpan.FromSeconds(7) });
        await _cluster.Model.Begun.WaitAsync();

        await _clock.PassUntilAsync(TimeSpan.FromSeconds(30), () => _cluster.Model.Cancelled.WaitAsync(0));

        var job = await _cluster.EndOfAsync(running);
        Assert.Equal(JobStatus.TimedOut, job.Status);
        Assert.InRange(job.ExecutionTime!.Value, 7000, 8000);
    }

    [Fact]
    public async Task GetSnapshot_DeadlinePassedWhileNobodyWatched_ShowsTheEnd()
    {
        await _cluster.SubmitAsync("""{"hold":true}""");
        await _cluster.Model.Begun.WaitAsync();
        var queued = await _cluster.SubmitAsync("2", with: submission => submission with { TimeToLive = TimeSpan.FromMinutes(3) });

        // One jump: no reminder and no timer of the bucket has run when the question comes.
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(JobStatus.TimedOut, (await _cluster.Job(queued).GetSnapshotAsync())?.Status);
    }
}
