using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using RunPod.Contracts;
using RunPod.Silo.Tls;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.EndToEnd;

/// <summary>Who reaches the ports between silos, and what they get there.</summary>
public sealed class ClusterPortTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gateway_ClusterWithTls_ServesItsOwnAndNobodyElse()
    {
        using var redis = await RedisServer.StartAsync();
        var folder = _folder.Combine("tls");
        using (var create = SiloProgram.Start(_folder.Path, new Dictionary<string, string>(), "tls", "create", "--folder", folder))
        {
            Assert.Equal(0, (await create.WaitForExitAsync()).ExitCode);
        }

        var gateway = FreePort.Find();
        string[] settings = [$"--Silo:Tls:Folder={folder}", $"--ObjectStore:Folder={_folder.Combine("objects")}"];
        var silos = await Task.WhenAll(
            SiloProcess.StartWithTestModelAsync(redis, [.. settings, "--Roles=frontend", "--Silo:AdvertisedIPAddress=127.0.0.1", $"--Silo:GatewayPort={gateway}"]),
            SiloProcess.StartWithTestModelAsync(redis, [.. settings, "--Roles=worker"]));
        await using var frontend = silos[0];
        await using var worker = silos[1];

        using var client = new JobClient(frontend.CreateClient());
        using (var job = await client.PostAsync("runsync", new { input = new { number = 1 } }, SiloProcess.TestEndpoint))
        {
            Assert.Contains("COMPLETED", await job.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var (exitCode, key) = await frontend.RunAnotherAsync("keys", "create", settings[0]);
        Assert.True(exitCode == 0, key);
        await Assert.ThrowsAnyAsync<Exception>(() => CreateKeyAsync(redis, tls: null));
        await Assert.ThrowsAnyAsync<Exception>(() => CreateKeyAsync(redis, Stranger()));
        Assert.True(Listens("127.0.0.1", gateway));
        Assert.False(Listens("127.0.0.2", gateway), "a silo that is reached at 127.0.0.1 listens at other addresses too");
    }

    [Fact]
    public async Task Start_TlsFolderWithoutFiles_EndsWithOneAndSaysHowToMakeThem()
    {
        using var program = SiloProgram.Start(_folder.Path, new Dictionary<string, string>(), $"--Silo:Tls:Folder={_folder.Combine("none")}");

        var (exitCode, output) = await program.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("Silo:Tls:Folder", output, StringComparison.Ordinal);
        Assert.Contains("tls create", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    /// <summary>What an Orleans client on the network can do that knows the addresses of the silos: here it reads them from the store.</summary>
    private static async Task CreateKeyAsync(RedisServer redis, ClusterTls? tls)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleansClient(client =>
        {
            client.UseRedisClustering(o => o.ConfigurationOptions = ConfigurationOptions.Parse(redis.ConnectionString));
            client.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("runpod", "runpod"));
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
            if (tls is not null)
            {
                client.UseTls(tls.Configure);
            }
        });
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IGrainFactory>().User("local").CreateKeyAsync("stolen");
    }

    private ClusterTls? Stranger()
    {
        ClusterCertificates.TryWrite(_folder.Combine("other"), ClusterCertificates.Create(DateTimeOffset.UtcNow), NullLogger.Instance);
        return ClusterTls.Open(new SiloTlsOptions { Folder = _folder.Combine("other") }, NullLogger.Instance);
    }

    private static bool Listens(string address, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Parse(address), port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
