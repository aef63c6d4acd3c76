using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Objects;
using RunPod.Silo.Objects;
using RunPod.Tests.Support;

namespace RunPod.Tests.Objects;

/// <summary>The local object store behind a real Kestrel on loopback, with a clock that the test turns.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private ObjectServer(WebApplication app, TempFolder folder, FakeTimeProvider clock)
    {
        _app = app;
        _folder = folder;
        Clock = clock;
        BaseUrl = app.Urls.Single();
        Client = new HttpClient { BaseAddress = new Uri(BaseUrl) };
    }

    public FakeTimeProvider Clock { get; }

    public string BaseUrl { get; }

    public HttpClient Client { get; }

    public string Folder => _folder.Combine("objects");

    public IObjectStore Store => _app.Services.GetRequiredService<IObjectStore>();

    public SignedUrls Urls => _app.Services.GetRequiredService<SignedUrls>();

    public static async Task<ObjectServer> StartAsync()
    {
        var folder = new TempFolder();
        var clock = new FakeTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddObjectStores(folder.Path, new TestSigningKey());
        var app = builder.Build();
        app.MapLocalObjects();
        await app.StartAsync();
        return new ObjectServer(app, folder, clock);
    }

    public Task PutAsync(string key, string contentType, byte[] content) => Store.PutAsync(key, contentType, content, CancellationToken.None);

    public Uri UrlOf(string key) => Store.GetUrl(key, BaseUrl, Clock.GetUtcNow().AddMinutes(30));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
