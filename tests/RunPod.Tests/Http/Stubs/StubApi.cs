using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using RunPod.Api;
using RunPod.Contracts.Endpoints;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Requests;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http.Stubs;

/// <summary>The HTTP surface on a real Kestrel over a <see cref="StubCluster"/>.</summary>
internal sealed class StubApi : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubApi(WebApplication app, StubCluster cluster)
    {
        _app = app;
        Cluster = cluster;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = CreateClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.KeyText);
    }

    public StubCluster Cluster { get; }

    public Uri Address { get; }

    /// <summary>Sends the cluster's key.</summary>
    public HttpClient Client { get; }

    /// <summary>What the checks tagged <c>ready</c> say.</summary>
    public HealthStatus Readiness { get; set; } = HealthStatus.Healthy;

    public IServiceProvider Services => _app.Services;

    public IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static Task<StubApi> StartAsync(params (string Name, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    public static Task<StubApi> StartAsync(TimeProvider clock, params (string Name, string Value)[] settings) => StartAsync(clock, onMessage: null, settings);

    /// <param name="clock">The front end's clock.</param>
    /// <param name="onMessage">Gets what the product logs with its default levels.</param>
    /// <param name="settings">The configuration.</param>
    public static async Task<StubApi> StartAsync(TimeProvider clock, Action<string>? onMessage, params (string Name, string Value)[] settings)
    {
        var cluster = new StubCluster();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        if (onMessage is not null)
        {
            builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(new CallbackLoggerProvider(onMessage));
        }

        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(cluster.Grains);
        builder.Services.AddSingleton<IEndpointCatalog>(cluster);
        builder.Services.AddSingleton<IRequestIndex>(cluster);
        builder.Services.AddSingleton<IIdempotencyKeys>(cluster);
        builder.Services.AddSingleton(TestSecrets.Protector);
        builder.Services.AddRunPodApi();
        StubApi? api = null;
        builder.Services.AddHealthChecks().AddCheck("store", () => new HealthCheckResult(api!.Readiness, "secret text"), ["ready"]);
        var app = builder.Build();
        app.UseRunPodApi();
        app.MapRunPodApi();
        await app.StartAsync();
        return api = new StubApi(app, cluster);
    }

    /// <summary>A client without a key.</summary>
    public HttpClient CreateClient() => new() { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
