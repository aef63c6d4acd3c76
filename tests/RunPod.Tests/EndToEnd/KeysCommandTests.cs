using System.Net;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(SharedSilosCollection))]
public sealed class KeysCommandTests(SharedSilos silos)
{
    [Theory, Stores]
    public async Task Keys_CreateListRevoke_KeyWorksUntilRevoked(StoreKind store)
    {
        var silo = await silos.GetAsync(store);
        using var local = new JobClient(silo.CreateClient());
        var jobOfLocal = await local.SubmitAsync(JobClient.ShortInput);

        var (created, key) = await silo.RunAnotherAsync("keys", "create", "--user", "anna", "--name", "laptop");
        Assert.Equal(0, created);
        Assert.Matches(@"\Arpa_[0-9A-Za-z]{56}\z", key);
        using var anna = new JobClient(silo.CreateClient(key));
        await anna.WaitForAsync(await anna.SubmitAsync(JobClient.ShortInput), "COMPLETED");
        Assert.Equal(HttpStatusCode.NotFound, await StatusCodeAsync(anna, jobOfLocal));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync(local, jobOfLocal));

        var (listed, list) = await silo.RunAnotherAsync("keys", "list", "--user", "anna");
        Assert.Equal(0, listed);
        var keyId = key[4..16];
        Assert.Matches($@"\n{keyId}  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\dZ  -  +laptop\z", list);
        Assert.DoesNotContain(key[16..], list, StringComparison.Ordinal);

        var (revoked, answer) = await silo.RunAnotherAsync("keys", "revoke", keyId, "--user", "anna");
        Assert.Equal((0, $"Revoked {keyId}."), (revoked, answer));
        await Eventually.HoldsAsync(async () => await StatusCodeAsync(anna, jobOfLocal) == HttpStatusCode.Unauthorized, "the key is refused");
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync(local, jobOfLocal));
        Assert.DoesNotMatch($@"\n{keyId}  \S+ \S+  - ", (await silo.RunAnotherAsync("keys", "list", "--user", "anna")).Output);
    }

    [Fact]
    public async Task Keys_SettingsOnTheCommandLine_AreThoseOfTheService()
    {
        var silo = await silos.GetAsync(StoreKind.Embedded);
        using var elsewhere = new TempFolder();

        var (here, list) = await silo.RunAnotherAsync("keys", "list", $"--Store:DataFolder={silo.DataFolder}");
        var (there, message) = await silo.RunAnotherAsync("keys", "list", $"--Store:DataFolder={elsewhere.Path}");

        Assert.Equal(0, here);
        Assert.Contains("first key", list, StringComparison.Ordinal);
        Assert.Equal(1, there);
        Assert.StartsWith("No service runs on this data folder.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_UnknownOption_IsRefused()
    {
        var silo = await silos.GetAsync(StoreKind.Embedded);

        var (exitCode, output) = await silo.RunAnotherAsync("keys", "create", "--usr", "anna");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("'--usr' is not an option of this command", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_RedisWithoutAService_SaysSo()
    {
        using var redis = await RedisServer.StartAsync();
        using var folder = new TempFolder();
        using var program = SiloProgram.Start(
            folder.Path, new Dictionary<string, string> { ["ConnectionStrings__redis"] = redis.ConnectionString }, "keys", "list");

        var (exitCode, output) = await program.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("No service answered within", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', output);
    }

    private static async Task<HttpStatusCode> StatusCodeAsync(JobClient client, string jobId)
    {
        using var response = await client.Http.GetAsync($"/v2/{JobClient.Endpoint}/status/{jobId}");
        return response.StatusCode;
    }
}
