using System.Text.RegularExpressions;
using RunPod.Tests.Http;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

public sealed class LogTests
{
    [Theory, Stores]
    public async Task Log_AfterJobsAndErrors_HoldsNoInputsAndNoKeys(StoreKind store)
    {
        const string secret = "marmaladexylophone";
        await using var silo = await SiloProcess.StartAsync(store, "--Logging:LogLevel:Default=Information");
        var key = (await silo.RunAnotherAsync("keys", "create", "--user", "writer", "--name", secret)).Output;
        using var client = new JobClient(silo.CreateClient(key));

        await client.WaitForAsync(await client.SubmitAsync(new { prompt = $"a {secret}", num_inference_steps = 2 }), "COMPLETED");
        await client.WaitForAsync(await client.SubmitAsync(new { prompt = $"a {secret}", scheduler = secret }), "FAILED");
        await SendAsync(client, "run", $$"""{"input":{"prompt":"{{secret}}"},"webhook":"http://127.0.0.1:1/{{secret}}"}""", 200);
        await SendAsync(client, "run", $$"""{"input":{"prompt":"{{secret}}" """, 400);
        await SendAsync(client, $"run?{secret}={secret}&ttl={secret}", """{"input":{}}""", 400);
        using var wrongKey = new JobClient(silo.CreateClient($"rpa_{secret}"));
        await SendAsync(wrongKey, "run", """{"input":{}}""", 401);

        // Killed and started once, so that the messages of a recovery are there too.
        silo.Kill();
        await silo.StartAsync();
        Assert.Equal(0, await silo.StopAsync());

        var output = silo.Output;
        Assert.Contains("is ready on cpu:0", output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key[16..], output, StringComparison.Ordinal);

        // The first key is shown once, alone and in the example below it.
        Assert.Equal(2, Regex.Count(output, Regex.Escape(silo.Key)));
        Assert.Equal(2, Regex.Count(output, "rpa_"));
    }

    private static async Task SendAsync(JobClient client, string operation, string body, int status)
    {
        using var response = await client.Http.PostAsync($"/v2/{JobClient.Endpoint}/{operation}", HttpAnswers.Json(body));
        Assert.Equal(status, (int)response.StatusCode);
    }
}
