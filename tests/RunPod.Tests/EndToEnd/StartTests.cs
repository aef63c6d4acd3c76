using System.Net;
using System.Net.Sockets;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(SharedSilosCollection))]
public sealed class StartTests(SharedSilos silos)
{
    [Fact]
    public async Task Start_DataFolderInUse_EndsWithOneAndNamesTheFolder()
    {
        var silo = await silos.GetAsync(StoreKind.Embedded);

        var (exitCode, output) = await silo.RunAnotherAsync("--urls", $"http://127.0.0.1:{FreePort.Find()}");

        Assert.Equal(1, exitCode);
        Assert.Contains($"The data folder '{silo.DataFolder}/store' is in use by process", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        using var client = new JobClient(silo.CreateClient());
        await client.WaitForAsync(await client.SubmitAsync(JobClient.ShortInput), "COMPLETED");
    }

    [Fact]
    public async Task Start_RedisDown_WaitsWithMessagesUntilItAnswers()
    {
        using var redis = RedisServer.NotStarted();
        await using var silo = SiloProcess.BeginStart(redis);
        await Eventually.HoldsAsync(() => silo.Output.Contains($"Waiting for Redis at 127.0.0.1:{redis.Port}", StringComparison.Ordinal), "the service says that it waits");

        await redis.StartAsync();
        await silo.WaitUntilReadyAsync();

        using var client = new JobClient(silo.CreateClient());
        await client.WaitForAsync(await client.SubmitAsync(JobClient.ShortInput), "COMPLETED");
    }

    [Fact]
    public async Task Start_WrongPassword_EndsWithOneAndSaysSo()
    {
        using var redis = await RedisServer.StartAsync("--requirepass", "right");
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__redis"] = $"{redis.ConnectionString},password=wrong-secret" };

        using var program = SiloProgram.Start(folder.Path, environment, "--urls", $"http://127.0.0.1:{FreePort.Find()}", "--Store:ConnectTimeout=00:00:01");
        var (exitCode, output) = await program.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"Redis at 127.0.0.1:{redis.Port} refused the credentials", output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Roles=fronted", "Roles must be frontend, worker, or both")]
    [InlineData("--Silo:Port=eleven", "Silo:Port")]
    [InlineData("--Silo:AdvertisedIPAddress=here", "Silo:AdvertisedIPAddress must be an IP address")]
    [InlineData("--Silo:AdvertisedIPAddress=198.51.100.1", "This machine does not have the address 198.51.100.1")]
    public async Task Start_SettingWrong_EndsWithOneAndNamesIt(string setting, string message)
    {
        using var redis = await RedisServer.StartAsync();
        await using var silo = SiloProcess.BeginStart(redis, setting);

        var (exitCode, output) = await silo.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Silo:Port=", "Silo:Port")]
    [InlineData("--Silo:GatewayPort=", "Silo:GatewayPort")]
    [InlineData("--urls=http://127.0.0.1:", "urls")]
    public async Task Start_PortTaken_EndsWithOneAndNamesIt(string setting, string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var redis = await RedisServer.StartAsync();
        await using var silo = SiloProcess.BeginStart(redis, $"{setting}{port}", "--Silo:AdvertisedIPAddress=127.0.0.1");

        var (exitCode, output) = await silo.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains($"Port {port} is taken", output, StringComparison.Ordinal);
        Assert.Contains($"set {name} to a free port", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AnotherClusterOnThePrefix_EndsWithOneAndNamesIt()
    {
        using var redis = await RedisServer.StartAsync();
        // RFC 5737: an address that nobody has, like one of a network that is not ours.
        await using var stranger = await SiloProcess.StartWithTestModelAsync(redis, "--Silo:AdvertisedIPAddress=192.0.2.1", "--Silo:ListenIPAddress=127.0.0.1", "--Silo:Name=stranger");
        await using var silo = SiloProcess.BeginStart(redis);

        var (exitCode, output) = await silo.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("The silo 'stranger' at 192.0.2.1:", output, StringComparison.Ordinal);
        Assert.Contains("give this one its own Silo:ServiceId", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_RedisDown_IsCutShort()
    {
        using var redis = await RedisServer.StartAsync();
        await using var silo = await SiloProcess.StartWithTestModelAsync(redis, "--Silo:ShutdownTimeout=00:00:08", "--Workers:DrainTimeout=00:00:01");
        redis.Kill();

        var exitCode = await silo.StopAsync();

        // Signing off alone would have waited for a minute more.
        Assert.Equal(1, exitCode);
        Assert.Contains("The stop was cut short after 8 s", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_ModelDoesNotLoad_UnhealthyWithTheReasonAndTheOthersGoOn()
    {
        using var broken = new Models.TemporaryModel(Models.GoldenData.DemoModel);
        var unet = broken.File("unet/model.onnx");
        await File.WriteAllBytesAsync(unet, (await File.ReadAllBytesAsync(unet))[..1000]);
        await using var silo = await SiloProcess.StartAsync(StoreKind.Embedded, $"--Endpoints:broken:Model={broken.Path}");
        using var client = new JobClient(silo.CreateClient());

        await Eventually.HoldsAsync(
            async () => (await client.HealthAsync("broken")).GetProperty("workers").GetProperty("unhealthy").GetInt32() == 1, "the endpoint is unhealthy");

        var health = await client.HealthAsync("broken");
        var reason = Assert.Single(health.GetProperty("unhealthyReasons").EnumerateArray()).GetString();
        Assert.StartsWith("unet/model.onnx could not be loaded onto cpu:0", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), reason, StringComparison.Ordinal);
        Assert.Equal(0, health.GetProperty("workers").GetProperty("ready").GetInt32());
        var waiting = await client.SubmitAsync(JobClient.ShortInput, endpoint: "broken");
        await client.WaitForAsync(await client.SubmitAsync(JobClient.ShortInput), "COMPLETED");
        Assert.Equal("IN_QUEUE", (await client.StatusAsync(waiting, "broken")).GetProperty("status").GetString());
        Assert.False((await client.HealthAsync()).TryGetProperty("unhealthyReasons", out _));
    }
}
