using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RunPod.Api;
using RunPod.Contracts;
using RunPod.Contracts.Endpoints;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Requests;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>The HTTP surface on a real Kestrel in front of a real cluster, on a store of its own.</summary>
internal sealed class ClusterApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ClusterApi(TestCluster cluster, WebApplication app, CreatedApiKey key)
    {
        (Cluster, _app, Key) = (cluster, app, key);
        Client = CreateClient(key.Key);
    }

    public TestCluster Cluster { get; }

    /// <summary>A key of <see cref="TestCluster.User"/>.</summary>
    public CreatedApiKey Key { get; }

    /// <summary>Sends <see cref="Key"/>.</summary>
    public HttpClient Client { get; }

    public Uri Address => new(_app.Urls.First());

    /// <param name="clock">The front end's clock; the cluster keeps its own.</param>
    /// <param name="configure">The cluster.</param>
    public static async Task<ClusterApi> StartAsync(TimeProvider? clock = null, Action<TestClusterOptions>? configure = null)
    {
        var cluster = await TestCluster.StartAsync(configure);
        var silo = cluster.Orleans.GetSiloServiceProvider();
        var catalog = silo.GetRequiredService<IEndpointCatalog>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([
            KeyValuePair.Create("Waiting:Slice", (string?)"00:00:01"),
            KeyValuePair.Create("Streams:KeepAlive", (string?)"00:00:00.2"),
            // A busy machine is no outage.
            KeyValuePair.Create("Requests:Deadline", (string?)"00:00:30"),
        ]);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(cluster.Grains);
        builder.Services.AddSingleton(catalog);
        builder.Services.AddSingleton(silo.GetRequiredService<IRequestIndex>());
        builder.Services.AddSingleton(silo.GetRequiredService<IIdempotencyKeys>());
        builder.Services.AddSingleton(TestSecrets.Protector);
        builder.Services.AddRunPodApi();
        var app = builder.Build();
        app.UseRunPodApi();
        app.MapRunPodApi();
        await app.StartAsync();
        await Eventually.HoldsAsync(
            async () => (await catalog.ListAsync(CancellationToken.None)).Contains(TestCluster.Endpoint), "the worker announces its endpoint");

        return new ClusterApi(cluster, app, await cluster.Grains.User(TestCluster.User).CreateKeyAsync("test"));
    }

    public HttpClient CreateClient(string key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A client of another user.</summary>
    public async Task<HttpClient> CreateClientAsync(string userId) => CreateClient((await Cluster.Grains.User(userId).CreateKeyAsync("other")).Key);

    /// <summary>Sends an input; returns the job's id.</summary>
    public async Task<string> RunAsync(string input, string endpoint = TestCluster.Endpoint)
    {
        using var response = await Client.PostAsync($"/v2/{endpoint}/run", HttpAnswers.Json($$"""{"input":{{input}}}"""));
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
