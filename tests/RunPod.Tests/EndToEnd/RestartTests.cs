using System.Text.Json;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(RestartedSilosCollection))]
public sealed class RestartTests(RestartedSilos silos)
{
    private const int JobCount = 50;

    [Theory, Stores(Both = true)]
    public async Task Kill_WithQueuedAndRunningJobs_AllCompleteOnceAfterStart(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var counts = await CountsAsync(client);
        var jobs = await Task.WhenAll(Enumerable.Range(0, JobCount).Select(number => client.SubmitAsync(new { pause = 100, file = $"file of {number}" })));
        await Eventually.HoldsAsync(async () => Number(await CountsAsync(client), "completed") >= Number(counts, "completed") + 5, "5 jobs are completed", Eventually.LongLimit);
        var before = await StatusesAsync(client, jobs);

        silo.Kill();
        var completedBefore = before.Where(job => IsCompleted(job.Value)).ToDictionary();
        Assert.InRange(completedBefore.Count, 5, JobCount - 1);
        var filesBefore = completedBefore.Keys.ToDictionary(jobId => jobId, jobId => Files(silo, jobId));
        await silo.StartAsync();
        foreach (var jobId in jobs)
        {
            await client.WaitForAsync(jobId, "COMPLETED");
        }

        var after = await StatusesAsync(client, jobs);
        Assert.All(completedBefore, job => Assert.Equal(job.Value, after[job.Key]));
        Assert.All(filesBefore, job => Assert.Equal(job.Value, Files(silo, job.Key)));
        for (var i = 0; i < JobCount; i++)
        {
            Assert.Equal($"file of {i}", await JobClient.FetchFileAsync(JobClient.StatusIn(after[jobs[i]])));
        }

        // One slot, so one job at most was running, and one at most was having its file stored.
        var retries = after.Values.Select(job => JobClient.StatusIn(job).GetProperty("retries").GetInt32()).ToArray();
        Assert.InRange(retries.Sum(), 0, 2);
        await AssertCountersAsync(client, counts);
    }

    [Theory, Stores]
    public async Task Stop_RequestWaiting_IsAnsweredAndTheJobsGoOnAfterStart(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var retried = Number(await CountsAsync(client), "retried");
        var waiting = client.PostAsync("runsync?wait=90000", new { input = JobClient.HeldInput });
        await Eventually.HoldsAsync(async () => (await CountsAsync(client)).GetProperty("inProgress").GetInt32() == 1, "a worker has the job");

        // Once that worker has its model.
        await client.WaitForAsync(await OnlyOpenJobAsync(client), "IN_PROGRESS");
        var queued = await client.SubmitAsync(JobClient.EchoInput);

        var exitCode = await silo.StopAsync();
        using var answer = await waiting;
        var job = await answer.ReadJsonAsync();
        await silo.StartAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal("IN_PROGRESS", job.GetProperty("status").GetString());
        await client.WaitForAsync(job.GetProperty("id").GetString()!, "IN_PROGRESS");
        await client.CancelAsync(job.GetProperty("id").GetString()!);
        await client.WaitForAsync(queued, "COMPLETED");

        // Given back, not lost.
        Assert.Equal(retried, Number(await CountsAsync(client), "retried"));
    }

    [Theory, Stores]
    public async Task Stop_JobRunning_FinishesFirst(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var running = await client.SubmitAsync(new { pause = 2000 });
        var queued = await client.SubmitAsync(JobClient.EchoInput);
        await client.WaitForAsync(running, "IN_PROGRESS");

        var exitCode = await silo.StopAsync();
        await silo.StartAsync();

        Assert.Equal(0, exitCode);
        var job = await client.WaitForAsync(running, "COMPLETED");
        Assert.Equal(0, job.GetProperty("retries").GetInt32());
        await client.WaitForAsync(queued, "COMPLETED");
    }

    [Theory, Stores]
    public async Task Kill_AfterTheEnd_ChunksOfTheStreamAreStillThere(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var jobId = await client.SubmitAsync(new { say = Enumerable.Range(1, 4).Select(chunk => new { chunk }) });
        await client.WaitForAsync(jobId, "COMPLETED");

        silo.Kill();
        await silo.StartAsync();
        var (chunks, done) = await client.ReadEventsAsync(jobId);

        Assert.Equal([1, 2, 3, 4], chunks.Select(chunk => chunk.GetInt32()));
        Assert.Equal("COMPLETED", done.GetProperty("status").GetString());
    }

    private static async Task<Dictionary<string, string>> StatusesAsync(JobClient client, string[] jobs)
    {
        var statuses = await Task.WhenAll(jobs.Select(jobId => client.StatusTextAsync(jobId)));
        return jobs.Zip(statuses).ToDictionary(job => job.First, job => job.Second);
    }

    private static bool IsCompleted(string job) => JobClient.StatusIn(job).GetProperty("status").GetString() == "COMPLETED";

    /// <summary>The files of a job and when they were written; each attempt writes its own.</summary>
    private static (string Path, DateTime WrittenAt)[] Files(SiloProcess silo, string jobId) =>
        [.. new DirectoryInfo(Path.Combine(silo.FilesFolder, SiloProcess.TestEndpoint, jobId)).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (file.FullName, file.LastWriteTimeUtc)).Order()];

    private static async Task<string> OnlyOpenJobAsync(JobClient client)
    {
        JsonElement[] jobs = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                using var response = await client.Http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/requests");
                var list = (await response.ReadJsonAsync()).GetProperty("requests").EnumerateArray();
                return (jobs = [.. list.Where(job => job.GetProperty("status").GetString() is "IN_QUEUE" or "IN_PROGRESS")]).Length == 1;
            },
            "the list has the job");
        return jobs[0].GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> CountsAsync(JobClient client) => (await client.HealthAsync()).GetProperty("jobs");

    private static long Number(JsonElement counts, string name) => counts.GetProperty(name).GetInt64();

    private static async Task AssertCountersAsync(JobClient client, JsonElement before)
    {
        JsonElement counts = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                counts = await CountsAsync(client);
                return counts.GetProperty("inProgress").GetInt32() == 0;
            },
            "the queue knows that the last job ended");

        // A job that ended in the instant before the kill may have its end in the store and not yet in the count.
        Assert.InRange(Number(counts, "completed") - Number(before, "completed"), JobCount - 1, JobCount);
        Assert.Equal(Number(before, "failed"), Number(counts, "failed"));
        Assert.Equal(0, Number(counts, "inQueue"));
    }
}
