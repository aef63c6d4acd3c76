using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(RestartedSilosCollection))]
public sealed class PolicyTests(RestartedSilos silos)
{
    [Theory, Stores]
    public async Task Policy_TimesOver_JobsTimeOutAndTheNextOnesRun(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var tooLong = await client.SubmitAsync(JobClient.HeldInput, new { executionTimeout = 5000 });
        var next = await client.SubmitAsync(JobClient.HeldInput);
        var waitsTooLong = await client.SubmitAsync(JobClient.EchoInput, new { ttl = 10000 });
        var last = await client.SubmitAsync(JobClient.EchoInput);

        var timedOut = await client.WaitForAsync(tooLong, "TIMED_OUT");
        var running = await client.WaitForAsync(next, "IN_PROGRESS");
        var expired = await client.WaitForAsync(waitsTooLong, "TIMED_OUT");

        // Well before the job would have ended, and not before its time.
        Assert.InRange(timedOut.GetProperty("executionTime").GetInt64(), 5000, 10000);
        Assert.Contains("executionTimeout of 5000 ms", timedOut.GetProperty("error").GetString(), StringComparison.Ordinal);

        // The second job waited for the first one's time-out and little more.
        var start = timedOut.GetProperty("delayTime").GetInt64() + timedOut.GetProperty("executionTime").GetInt64();
        Assert.InRange(running.GetProperty("delayTime").GetInt64(), 0, start + 5000);
        Assert.Contains("ttl of 10000 ms", expired.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(expired.TryGetProperty("executionTime", out _));

        await client.CancelAsync(next);
        Assert.Equal("CANCELLED", (await client.StatusAsync(next)).GetProperty("status").GetString());
        await client.WaitForAsync(last, "COMPLETED");
        Assert.Equal("TIMED_OUT", (await client.StatusAsync(waitsTooLong)).GetProperty("status").GetString());
    }

    [Theory, Stores]
    public async Task Cancel_RunningJob_NextOneRuns(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var first = await client.SubmitAsync(JobClient.HeldInput);
        var second = await client.SubmitAsync(JobClient.HeldInput);
        await client.WaitForAsync(first, "IN_PROGRESS");

        await client.CancelAsync(first);

        // The first one would have kept the worker for minutes.
        await client.WaitForAsync(second, "IN_PROGRESS");
        var cancelled = await client.StatusAsync(first);
        Assert.Equal("CANCELLED", cancelled.GetProperty("status").GetString());
        Assert.False(cancelled.TryGetProperty("output", out _));
        await client.CancelAsync(second);
    }

    [Theory, Stores]
    public async Task Ttl_OverWhileTheServiceIsDown_TimedOutAtStart(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var running = await client.SubmitAsync(JobClient.HeldInput);
        await client.WaitForAsync(running, "IN_PROGRESS");
        var jobId = await client.SubmitAsync(JobClient.EchoInput, new { ttl = 10000 });
        var deadline = DateTimeOffset.UtcNow.AddSeconds(10);
        Assert.Equal("IN_QUEUE", (await client.StatusAsync(jobId)).GetProperty("status").GetString());

        silo.Kill();
        await Eventually.HoldsAsync(() => DateTimeOffset.UtcNow > deadline, "the ttl is over");
        await silo.StartAsync();

        // The first answer already: nobody sees a job beyond its deadline.
        var job = await client.StatusAsync(jobId);
        Assert.Equal("TIMED_OUT", job.GetProperty("status").GetString());
        Assert.False(job.TryGetProperty("workerId", out _));
        await client.CancelAsync(running);
    }
}
