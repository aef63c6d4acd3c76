using System.Globalization;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class WebhookTests(RestartedSilos silos) : IClassFixture<RestartedSilos>
{
    [Theory, Stores(Both = true)]
    public async Task Kill_ReceiverDeadMeanwhile_EveryEndIsToldAfterwardsUnderItsOwnId(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var (exitCode, secret) = await silo.RunAnotherAsync("webhooks", "secret");
        Assert.Equal(0, exitCode);
        var port = FreePort.Find();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hook");
        var otherUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.2:{port}/hook");
        var ends = new Dictionary<string, string>();

        // Jobs that were told of but not accepted, jobs whose receiver is dead, and jobs that still run when all is killed.
        // The latter have a receiver of their own, so that their end does not remind anybody of the others.
        using var failing = await NodeReceiver.StartAsync(port, secret, status: 500);
        await SubmitAsync(client, 5, JobClient.EchoInput, url, ends, "COMPLETED");
        await SubmitAsync(client, 1, new { fail = "as told" }, url, ends, "FAILED");
        await Eventually.HoldsAsync(() => Task.FromResult(failing.JobIds.Count == ends.Count), "every job was told of once", Eventually.LongLimit);
        failing.Kill();
        var cancelled = await SubmitAsync(client, 1, JobClient.HeldInput, url, ends, "CANCELLED");
        await client.CancelAsync(cancelled);
        var last = await SubmitAsync(client, 5, JobClient.EchoInput, url, ends, "COMPLETED");
        await client.WaitForAsync(last, "COMPLETED");
        var timedOut = await SubmitAsync(client, 1, JobClient.HeldInput, otherUrl, ends, "TIMED_OUT", new { ttl = 10_000 });
        await SubmitAsync(client, 5, JobClient.EchoInput, otherUrl, ends, "COMPLETED");
        silo.Kill();

        using var working = await NodeReceiver.StartAsync(port, secret, status: 200);
        await silo.StartAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(working.JobIds.IsSupersetOf(ends.Keys)), "every job was told of after the start", Eventually.LongLimit);
        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, "/outbox/")).Length == 0, "nothing is left to deliver", Eventually.LongLimit);

        var ids = failing.Received.Concat(working.Received).GroupBy(NodeReceiver.JobIdOf, received => received.GetProperty("messageId").GetString()!);
        Assert.Equal(
            ends.Keys.ToDictionary(jobId => jobId, jobId => $"msg_{jobId}_0"),
            ids.ToDictionary(job => job.Key, job => Assert.Single(job.Distinct())));
        Assert.All(working.Received, received => Assert.Equal(ends[NodeReceiver.JobIdOf(received)], received.GetProperty("status").GetString()));
        Assert.Contains(working.Received, received => NodeReceiver.JobIdOf(received) == timedOut);
    }

    [Theory, Stores]
    public async Task WebhooksCommand_SecretAndRotate_ShowWhatSigns(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        var (shown, secret) = await silo.RunAnotherAsync("webhooks", "secret", "--user", "anna");
        var (rotated, next) = await silo.RunAnotherAsync("webhooks", "rotate", "--user", "anna");
        silo.Kill();
        await silo.StartAsync();

        Assert.Equal((0, 0), (shown, rotated));
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", next);
        Assert.NotEqual(secret, next);
        Assert.Equal((0, next), await silo.RunAnotherAsync("webhooks", "secret", "--user", "anna"));
        Assert.NotEqual((0, next), await silo.RunAnotherAsync("webhooks", "secret"));
    }

    /// <summary>Submits jobs and notes how each will end; returns the last one's id.</summary>
    private static async Task<string> SubmitAsync(
        JobClient client, int count, object input, string webhook, Dictionary<string, string> ends, string end, object? policy = null)
    {
        var jobId = "";
        for (var i = 0; i < count; i++)
        {
            using var response = await client.PostAsync("run", policy is null ? new { input, webhook } : new { input, webhook, policy });
            jobId = (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
            ends[jobId] = end;
        }

        return jobId;
    }
}
