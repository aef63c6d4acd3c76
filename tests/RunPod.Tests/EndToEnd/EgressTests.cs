using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>Where a service with default settings does not connect to.</summary>
[Collection(nameof(SharedSilosCollection))]
public sealed class EgressTests(SharedSilos silos)
{
    [Theory, Stores]
    public async Task Webhook_LoopbackNotAllowed_IsNotCalledAndTheJobEnds(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient());
        await using var receiver = await WebhookReceiver.StartAsync();

        using var submitted = await client.PostAsync("run", new { input = JobClient.ShortInput, webhook = receiver.Url });

        await client.WaitForAsync((await submitted.ReadJsonAsync()).GetProperty("id").GetString()!, "COMPLETED");
        await Eventually.HoldsAsync(() => silo.Output.Contains("ended as Refused", StringComparison.Ordinal), "the refusal is logged");
        Assert.Empty(receiver.Received);
        Assert.DoesNotContain(receiver.Url, silo.Output, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public async Task Run_WithAModel_KeepsNothingAtHomeAndConnectsToNobody(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient());
        var jobId = await client.SubmitAsync(new { prompt = "a blue star" });
        var strangers = new HashSet<string>();

        await Eventually.HoldsAsync(
            async () =>
            {
                strangers.UnionWith(Sockets.Of(silo.ProcessId).Where(address => !IPAddress.IsLoopback(address)).Select(address => address.ToString()));
                return (await client.StatusAsync(jobId)).GetProperty("status").GetString() == "COMPLETED";
            },
            "the picture is drawn", Eventually.LongLimit);

        Assert.Empty(strangers);
        Assert.Equal([silo.DataFolder], Directory.EnumerateFileSystemEntries(silo.HomeFolder));
    }

    [Theory, Stores]
    public async Task S3Config_LoopbackNotAllowed_FailsWithTheReason(StoreKind store)
    {
        using var client = new JobClient((await silos.GetAsync(store)).CreateClient());
        var s3Config = new { accessId = "a", accessSecret = "b", bucketName = "bucket", endpointUrl = "http://127.0.0.1:9000" };

        using var submitted = await client.PostAsync("run", new { input = JobClient.ShortInput, s3Config });

        var job = await client.WaitForAsync((await submitted.ReadJsonAsync()).GetProperty("id").GetString()!, "FAILED");
        Assert.Contains("The host '127.0.0.1' has an address outside the public internet", job.GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
