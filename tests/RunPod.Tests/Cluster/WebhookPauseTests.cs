using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>Deliveries that must wait for something that is not their receiver.</summary>
public sealed class WebhookPauseTests : IAsyncLifetime, IWebhookSender
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly SemaphoreSlim _tried = new(0);
    private int _faults;
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options =>
    {
        options.Clock = _clock;
        options.ConfigureSilo = (silo, _) =>
        {
            silo.Services.AddSingleton<IWebhookSender>(this);
            silo.Services.Configure<WebhookOptions>(webhooks =>
            {
                webhooks.Concurrency = 1;
                webhooks.MaxWait = TimeSpan.FromSeconds(20);
            });
        };
    });

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _tried.Dispose();
    }

    Task<WebhookOutcome> IWebhookSender.SendAsync(WebhookDelivery delivery, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        _tried.Release();
        return Interlocked.Decrement(ref _faults) >= 0 ? throw new InvalidOperationException("Not the receiver's fault.") : Task.FromResult(WebhookOutcome.Delivered);
    }

    [Fact]
    public async Task Pause_TimerFiresEarlyByTheClock_EndsSoonAllTheSame()
    {
        _faults = 1;
        var entry = Entry(await SubmitAsync());
        Assert.True(await _tried.WaitAsync(TimeSpan.FromSeconds(30)));

        // A call behind the fault: the pause has begun.
        await _cluster.Grains.Webhook(entry.Receiver).EnsureScheduledAsync();
        _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromSeconds(1));

        // Less than until the reminder, which would help too.
        for (var passed = 0; passed < 10 && await Outbox.HoldsAsync(entry); passed++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _cluster.Grains.Webhook(entry.Receiver).EnsureScheduledAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        await Eventually.HoldsAsync(async () => !await Outbox.HoldsAsync(entry), "the webhook is delivered", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task MaxWait_PassedForWantOfASlot_GivesNothingUp()
    {
        var slots = Services.GetRequiredService<DeliverySlots>();
        var slot = await slots.EnterAsync(new SlotRequest("somebody", IsProven: true, Bytes: 0), CancellationToken.None);
        var (first, second) = (Entry(await SubmitAsync()), Entry(await SubmitAsync()));
        foreach (var entry in new[] { first, second })
        {
            await Eventually.HoldsAsync(
                async () => (await Outbox.PeekAsync(entry.Receiver, 2)).Any(item => item.Entry == entry && item.DueAt <= _clock.GetUtcNow()), "it is due");
        }

        await _cluster.Grains.Webhook(first.Receiver).EnsureScheduledAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        _clock.Advance(TimeSpan.FromSeconds(30));
        slot.Dispose();

        await Eventually.HoldsAsync(async () => await Outbox.IsEmptyAsync(first.Receiver), "both are delivered");
        Assert.Equal(2, _tried.CurrentCount);
    }

    private IServiceProvider Services => _cluster.Orleans.GetSiloServiceProvider();

    private Outbox Outbox => Services.GetRequiredService<Outbox>();

    private OutboxEntry Entry(string jobId) => OutboxEntry.Of(TestCluster.User, "http://127.0.0.1:9/", "webhook.0", _cluster.Job(jobId).GetGrainId());

    private async Task<string> SubmitAsync()
    {
        var jobId = await _cluster.SubmitAsync("1", with: job => job with { Webhook = "http://127.0.0.1:9/" });
        await _cluster.EndOfAsync(jobId);
        return jobId;
    }
}
