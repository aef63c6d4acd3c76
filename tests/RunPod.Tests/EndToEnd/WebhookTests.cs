using System.Globalization;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class WebhookTests
{
    private static readonly object TinyInput = new { prompt = "a blue star", num_inference_steps = 4, width = 64, height = 64 };

    [Theory, Stores(Both = true)]
    public async Task Kill_ReceiverDeadMeanwhile_EveryEndIsToldAfterwardsUnderItsOwnId(StoreKind store)
    {
        // More tries than the default, so that a slow machine does not give up what it could not send; how often is tested elsewhere.
        await using var silo = await SiloProcess.StartAsync(store, "--Egress:AllowedNetworks:0=127.0.0.0/8", "--Webhooks:MaxTries=50");
        using var client = new JobClient(silo.CreateClient());
        var (exitCode, secret) = await silo.RunAnotherAsync("webhooks", "secret");
        Assert.Equal(0, exitCode);
        var port = FreePort.Find();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/hook");
        var otherUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.2:{port}/hook");
        var ends = new Dictionary<string, string>();

        // Jobs that were told of but not accepted, jobs whose receiver is dead, and jobs that still run when all is killed.
        // The latter have a receiver of their own, so that their end does not remind anybody of the others.
        using var failing = await NodeReceiver.StartAsync(port, secret, status: 500);
        await SubmitAsync(client, 5, TinyInput, url, ends, "COMPLETED");
        await SubmitAsync(client, 1, new { prompt = "a star", scheduler = "none" }, url, ends, "FAILED");
        await Eventually.HoldsAsync(() => Task.FromResult(failing.JobIds.Count == ends.Count), "every job was told of once", Eventually.LongLimit);
        failing.Kill();
        var cancelled = await SubmitAsync(client, 1, JobClient.LongInput, url, ends, "CANCELLED");
        await client.CancelAsync(cancelled);
        var last = await SubmitAsync(client, 5, TinyInput, url, ends, "COMPLETED");
        await client.WaitForAsync(last, "COMPLETED");
        var timedOut = await SubmitAsync(client, 1, JobClient.LongInput, otherUrl, ends, "TIMED_OUT", new { ttl = 10_000 });
        await SubmitAsync(client, 5, TinyInput, otherUrl, ends, "COMPLETED");
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
    public async Task Webhook_AfterItsDeliveryAndTheRetention_LeavesNothingBehind(StoreKind store)
    {
        const string prompt = "a tortoiseshell umbrella";
        await using var silo = await SiloProcess.StartWithTestModelAsync(store, "--Egress:AllowedNetworks:0=127.0.0.0/8", "--Retention:Async=00:00:03");
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        await using var receiver = await WebhookReceiver.StartAsync();

        var jobId = await SubmitAsync(client, 1, new { prompt }, $"{receiver.Url}?token=marmalade", [], "COMPLETED");

        Assert.Contains(prompt, Assert.Single(await receiver.WaitForAsync(1)).Text, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Length == 0, "no key or value mentions the job");
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, prompt));
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, "marmalade"));
        Assert.DoesNotContain("marmalade", silo.Output, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public async Task Webhook_LoopbackNotAllowed_IsNotCalledAndTheJobEnds(StoreKind store)
    {
        await using var silo = await SiloProcess.StartWithTestModelAsync(store, "--Logging:LogLevel:RunPod=Debug");
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        await using var receiver = await WebhookReceiver.StartAsync();

        var jobId = await SubmitAsync(client, 1, JobClient.EchoInput, receiver.Url, [], "COMPLETED");

        await client.WaitForAsync(jobId, "COMPLETED");
        await Eventually.HoldsAsync(() => silo.Output.Contains("ended as Refused", StringComparison.Ordinal), "the refusal is logged");
        Assert.Empty(receiver.Received);
        Assert.DoesNotContain(receiver.Url, silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebhooksCommand_SecretAndRotate_ShowWhatSigns()
    {
        await using var silo = await SiloProcess.StartWithTestModelAsync(StoreKind.Redis);
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
