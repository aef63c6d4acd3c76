using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class RetentionTests
{
    [Theory, Stores(Both = true)]
    public async Task Job_RetentionOver_LeavesNothingBehind(StoreKind store)
    {
        const string prompt = "a tortoiseshell umbrella";
        await using var silo = await SiloProcess.StartAsync(store, "--Retention:Async=00:00:03");
        using var client = new JobClient(silo.CreateClient());
        var longJob = await client.SubmitAsync(JobClient.LongInput);
        var jobId = await client.SubmitAsync(new { prompt, num_inference_steps = 5 });

        // The scan and the folder show the job while it is there, so that finding nothing later says something.
        Assert.Contains(await StoreScan.FindAsync(silo.StoreConnectionString, jobId), key => key.Contains(jobId, StringComparison.Ordinal));
        Assert.NotEmpty(await StoreScan.FindAsync(silo.StoreConnectionString, prompt));
        await client.CancelAsync(longJob);
        var picture = (await client.WaitForAsync(jobId, "COMPLETED")).GetProperty("output")[0].GetProperty("image").GetString();
        Assert.Single(FilesOf(silo, jobId));

        await Eventually.HoldsAsync(async () => await StatusCodeAsync(client, jobId) == HttpStatusCode.NotFound, "the job is gone");
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, jobId)).Length == 0, "no key or value mentions the job");

        Assert.Empty(await StoreScan.FindAsync(silo.StoreConnectionString, prompt));
        Assert.Empty(FilesOf(silo, jobId));
        using var anybody = new HttpClient();
        using var file = await anybody.GetAsync(picture);
        Assert.False(file.IsSuccessStatusCode);

        // The cancelled one too.
        await Eventually.HoldsAsync(async () => (await StoreScan.FindAsync(silo.StoreConnectionString, longJob)).Length == 0, "no key or value mentions the cancelled job");
        Assert.Equal(HttpStatusCode.NotFound, await StatusCodeAsync(client, longJob));
    }

    private static string[] FilesOf(SiloProcess silo, string jobId) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(silo.FilesFolder)!, "*", SearchOption.AllDirectories).Where(file => file.Contains(jobId, StringComparison.Ordinal))];

    private static async Task<HttpStatusCode> StatusCodeAsync(JobClient client, string jobId)
    {
        using var response = await client.Http.GetAsync($"/v2/{JobClient.Endpoint}/status/{jobId}");
        return response.StatusCode;
    }
}
