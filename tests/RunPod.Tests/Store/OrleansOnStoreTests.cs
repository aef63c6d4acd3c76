using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using RunPod.Silo.Store;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

/// <summary>What the service needs from Orleans' Redis providers, on each kind of store.</summary>
public abstract class OrleansOnStoreTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private StoreConnection _store = null!;
    private IHost _host = null!;

    public async Task InitializeAsync()
    {
        _store = (StoreConnection)await OpenAsync(_folder);
        _host = await OrleansHost.StartAsync(_store);
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _store.DisposeAsync();
        await CloseAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task State_AfterRestartOfTheSilo_IsThere()
    {
        await Probe("one").SetAsync("value");

        await _host.StopAsync();
        _host.Dispose();
        _host = await OrleansHost.StartAsync(_store);

        Assert.Equal("value", await Probe("one").GetAsync());
    }

    [Fact]
    public async Task ClearState_LeavesNoKey()
    {
        await Probe("one").SetAsync("value");
        var written = await StateKeysAsync();

        await Probe("one").ClearAsync();

        Assert.Single(written);
        Assert.Empty(await StateKeysAsync());
    }

    [Fact]
    public async Task Reminder_Registered_Fires()
    {
        await Probe("one").RemindAsync();

        Assert.Equal("one", await _host.Services.GetRequiredService<ReminderSignal>().Fired.WaitAsync(TimeSpan.FromSeconds(90)));
    }

    [Fact]
    public async Task WriteState_TwoWritersOfOneETag_NeverBothWin()
    {
        const int Races = 3_000;
        IGrainStorage[] writers = [Storage(OrleansHost.StorageName), Storage(OrleansHost.SecondStorageName)];
        var grain = GrainId.Create("probe", "raced");
        var winners = new int[Races];
        string? etag = null;
        for (var race = 0; race < Races; race++)
        {
            var results = await Task.WhenAll(writers.Select(writer => Task.Run(() => TryWriteAsync(writer, grain, etag))));
            winners[race] = results.Count(result => result is not null);
            etag = results.First(result => result is not null);
        }

        Assert.All(winners, count => Assert.Equal(1, count));
    }

    // StoreConnection is internal, the tests are public.
    protected abstract Task<object> OpenAsync(TempFolder folder);

    protected virtual Task CloseAsync() => Task.CompletedTask;

    private static async Task<string?> TryWriteAsync(IGrainStorage storage, GrainId grain, string? etag)
    {
        var state = new GrainState<ProbeState>(new ProbeState { Value = "value" }, etag);
        try
        {
            await storage.WriteStateAsync("probe", grain, state);
            return state.ETag;
        }
        catch (InconsistentStateException)
        {
            return null;
        }
    }

    private IProbeGrain Probe(string key) => _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IProbeGrain>(key);

    private IGrainStorage Storage(string name) => _host.Services.GetRequiredKeyedService<IGrainStorage>(name);

    private async Task<List<string>> StateKeysAsync()
    {
        List<string> keys = [];
        await foreach (var key in _store.Multiplexer.GetServers()[0].KeysAsync(pattern: $"{OrleansHost.ServiceId}/state/*"))
        {
            keys.Add(key.ToString());
        }

        return keys;
    }
}
