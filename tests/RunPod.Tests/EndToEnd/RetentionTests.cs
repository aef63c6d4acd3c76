using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class RetentionTests(BriefSilos silos) : IClassFixture<BriefSilos>
{
    private const string Prompt = "a tortoiseshell umbrella";

    [Theory, Stores(Both = true)]
    public async Task Job_RetentionOver_LeavesNothingBehind(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var longJob = await client.SubmitAsync(JobClient.HeldInput);
        var jobId = await client.SubmitAsync(new { Prompt, file = "its file" });

        // The scan and the folder show the job while it is there, so that finding nothing later says something.
        Assert.Contains(await StoreScan.FindAsync(silo.StoreConnectionString, jobId), key => key.Contains(jobId, StringComparison.Ordinal));
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, Prompt));
        await client.CancelAsync(longJob);
        var url = (await client.WaitForAsync(jobId, "COMPLETED")).GetProperty("output")[0].GetString();
        Assert.Single(FilesOf(silo, jobId));

        await Eventually.HoldsAsync(async () => await StatusCodeAsync(client, jobId) == HttpStatusCode.NotFound, "the job is gone");
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Length == 0, "no key or value mentions the job");

        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, Prompt));
        Assert.Empty(FilesOf(silo, jobId));
        using var anybody = new HttpClient();
        using var file = await anybody.GetAsync(url);
        Assert.False(file.IsSuccessStatusCode);

        // The cancelled one too.
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, longJob)).Length == 0, "no key or value mentions the cancelled job");
        Assert.Equal(HttpStatusCode.NotFound, await StatusCodeAsync(client, longJob));
    }

    [Theory, Stores]
    public async Task Stream_NeverTaken_GoesWithTheJob(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var jobId = await client.SubmitAsync(new { say = new object[] { new { chunk = 1 }, new { preview = "a preview" }, new { chunk = 2 } } });

        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Any(key => key.Contains("/stream/", StringComparison.Ordinal)), "the stream is in the store");
        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Length == 0, "no key or value mentions the job", Eventually.LongLimit);

        Assert.DoesNotContain(Directory.EnumerateFiles(silo.FilesFolder, "*", SearchOption.AllDirectories), file => file.Contains(jobId, StringComparison.Ordinal));
        using var gone = await client.Http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/stream/{jobId}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory, Stores]
    public async Task Webhook_AfterItsDeliveryAndTheRetention_LeavesNothingBehind(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        await using var receiver = await WebhookReceiver.StartAsync();

        using var submitted = await client.PostAsync("run", new { input = new { Prompt }, webhook = $"{receiver.Url}?token=marmalade" });
        var jobId = (await submitted.ReadJsonAsync()).GetProperty("id").GetString()!;

        Assert.Contains(Prompt, Assert.Single(await receiver.WaitForAsync(1)).Text, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Length == 0, "no key or value mentions the job");
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, Prompt));
        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, "marmalade"));
        Assert.DoesNotContain("marmalade", silo.Output, StringComparison.Ordinal);
    }

    [Theory, Stores]
    public async Task Batch_RetentionOver_LeavesNothingBehind(StoreKind store)
    {
        const string batches = $"/v2/{SiloProcess.TestEndpoint}/batch";
        var silo = await silos.GetAsync(store);
        using var client = silo.CreateClient();
        var id = await BatchTests.StartAsync(client, Enumerable.Range(0, 70).Select(_ => new { input = new { Prompt, pause = 1000 } }));
        using (var cancel = await client.PostAsync($"{batches}/{id}/cancel", content: null))
        {
            Assert.True(cancel.IsSuccessStatusCode);
        }

        // The scan shows the batch while it is there, so that finding nothing later says something.
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, id));
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, Prompt));
        var uuid = id["batch_".Length..];
        await Eventually.HoldsAsync(
            async () => (await StoreScan.FindAsync(silo.StoreConnectionString, uuid)).Length == 0, "no key or value mentions the batch or its requests", Eventually.LongLimit);

        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, Prompt));
        using var gone = await client.GetAsync($"{batches}/{id}");
        await gone.AssertErrorAsync(404, "batch_not_found");
    }

    private static string[] FilesOf(SiloProcess silo, string jobId) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(silo.FilesFolder)!, "*", SearchOption.AllDirectories).Where(file => file.Contains(jobId, StringComparison.Ordinal))];

    private static async Task<HttpStatusCode> StatusCodeAsync(JobClient client, string jobId)
    {
        using var response = await client.Http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/status/{jobId}");
        return response.StatusCode;
    }
}
