using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(RestartedSilosCollection))]
public sealed class IdempotencyRestartTests(RestartedSilos silos)
{
    [Theory, Stores]
    public async Task SameKey_AfterAKill_GivesTheSameJobAndTheListHasItOnce(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var client = new JobClient(silo.CreateClient(), SiloProcess.TestEndpoint);
        var first = await SubmitAsync(client);

        silo.Kill();
        await silo.StartAsync();
        var second = await SubmitAsync(client);
        using var list = await client.Http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/requests");

        Assert.Equal(first, second);
        Assert.Single((await list.ReadJsonAsync()).GetProperty("requests").EnumerateArray(), job => job.GetProperty("id").GetString() == first);
        await client.WaitForAsync(first, "COMPLETED");
    }

    private static async Task<string> SubmitAsync(JobClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/{SiloProcess.TestEndpoint}/run")
        {
            Content = HttpAnswers.Json("""{"input":{"prompt":"a red circle on a blue background"}}"""),
            Headers = { { "Idempotency-Key", "the picture of Monday" } },
        };
        using var response = await client.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }
}
