using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Store;
using RunPod.Grains.Webhooks;
using RunPod.Silo.Store;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

public sealed class OutboxTests
{
    private static readonly OutboxEntry Entry = OutboxEntry.Of("ada", "https://example.com/", "webhook.0", GrainId.Create("job", "sd/1"));

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<string> _calls = [];

    [Theory]
    [InlineData(StoreKind.Embedded)]
    [InlineData(StoreKind.Redis)]
    public async Task Entry_FromEntryToEnd_IsDueWhenItShould(StoreKind kind)
    {
        using var folder = new TempFolder();
        using var redis = kind == StoreKind.Redis ? await RedisServer.StartAsync() : null;
        await using var store = await OpenStore.AtAsync(folder, redis?.ConnectionString);
        var outbox = Create(store);

        await outbox.EnterAsync(Entry);
        var entered = Assert.Single(await outbox.PeekAsync(Entry.Receiver, 5));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await outbox.ReleaseAsync(Entry);
        var released = Assert.Single(await outbox.PeekAsync(Entry.Receiver, 5));
        var retried = released with { DueAt = released.DueAt.AddSeconds(10), Tries = 1 };
        await outbox.SetAsync(retried);

        Assert.Equal((_clock.GetUtcNow().AddSeconds(9), _clock.GetUtcNow()), (entered.DueAt, released.DueAt));
        Assert.Equal(retried, Assert.Single(await outbox.PeekAsync(Entry.Receiver, 5)));
        Assert.True(await outbox.HoldsAsync(Entry));
        await outbox.RemoveAsync(Entry);
        await outbox.SetAsync(retried);
        Assert.False(await outbox.HoldsAsync(Entry));
        Assert.True(await outbox.IsEmptyAsync(Entry.Receiver));
    }

    [Theory]
    [InlineData(StoreKind.Embedded)]
    [InlineData(StoreKind.Redis)]
    public async Task RemoveUnchanged_EnteredAgainMeanwhile_StaysElseGoes(StoreKind kind)
    {
        using var folder = new TempFolder();
        using var redis = kind == StoreKind.Redis ? await RedisServer.StartAsync() : null;
        await using var store = await OpenStore.AtAsync(folder, redis?.ConnectionString);
        var outbox = Create(store);
        await outbox.EnterAsync(Entry);
        var before = Assert.Single(await outbox.PeekAsync(Entry.Receiver, 5));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await outbox.EnterAsync(Entry);
        var after = Assert.Single(await outbox.PeekAsync(Entry.Receiver, 5));

        await outbox.RemoveUnchangedAsync(before);
        Assert.True(await outbox.HoldsAsync(Entry));
        await outbox.RemoveUnchangedAsync(after);
        Assert.False(await outbox.HoldsAsync(Entry));
    }

    [Fact]
    public async Task Enter_ManyTimes_AsksTheReceiversGrainNowAndThen()
    {
        using var folder = new TempFolder();
        using var redis = await RedisServer.StartAsync();
        await using var store = await OpenStore.AtAsync(folder, redis.ConnectionString);
        var outbox = Create(store);

        await outbox.EnterAsync(Entry);
        await outbox.EnterAsync(Entry);
        Assert.Single(_calls);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await outbox.EnterAsync(Entry);

        Assert.Equal([nameof(IWebhookGrain.EnsureScheduledAsync), nameof(IWebhookGrain.EnsureScheduledAsync)], _calls);
    }

    private Outbox Create(StoreConnection store)
    {
        var grains = GrainFactoryStub.Of((_, _) => GrainStub.Of<IWebhookGrain>((method, _) =>
        {
            _calls.Add(method);
            return Task.CompletedTask;
        }));
        return new Outbox(store.Multiplexer, new StoreKeys(Options.Create(new ClusterOptions { ServiceId = "test" })), grains, _clock);
    }
}
