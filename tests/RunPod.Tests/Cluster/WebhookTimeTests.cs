using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts;
using RunPod.Grains.Jobs;
using RunPod.Grains.Webhooks;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>Webhooks over time: who wakes, how long a job waits for them, and that nothing stays.</summary>
public sealed class WebhookTimeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly TimeSpan _retryAfter = TimeSpan.FromMinutes(4);
    private TestCluster _cluster = null!;
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _cluster = await TestCluster.StartAsync(options =>
        {
            options.Clock = _clock;
            options.ConfigureSilo = (silo, _) =>
            {
                silo.Services.Configure<RetentionOptions>(retention => retention.Async = TimeSpan.FromMinutes(2));
                silo.Services.Configure<WebhookOptions>(webhooks => webhooks.RetryAfter = _retryAfter);
            };
        });
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Retention_PassedBeforeTheDelivery_KeepsTheJobForItAndNoLonger()
    {
        var jobId = await FailFirstTryAsync("\"a tortoiseshell umbrella\"");

        await _clock.PassAsync(TimeSpan.FromMinutes(3.5));
        Assert.NotEmpty(await _cluster.FindInStoreAsync("tortoiseshell"));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(1.5), () => Task.FromResult(_receiver.Received.Count == 2));
        Assert.Contains("tortoiseshell", _receiver.Received.Last().Text, StringComparison.Ordinal);
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(4), async () => (await _cluster.FindInStoreAsync(jobId)).Length == 0);

        Assert.Empty(await _cluster.FindInStoreAsync("tortoiseshell"));
        Assert.Null(await _cluster.Job(jobId).GetSnapshotAsync());
    }

    [Fact]
    public async Task Delivery_GrainIsGoneAndNobodyCalls_GoesOnWhereItWas()
    {
        var jobId = await FailFirstTryAsync("1");
        var entry = Entry(jobId);
        await _cluster.Orleans.DeactivateAsync(_cluster.Grains.Webhook(entry.Receiver));
        var (outbox, item) = (Outbox, (await Outbox.PeekAsync(entry.Receiver, 1)).Single());
        Assert.Equal(1, item.Tries);

        await _clock.PassAsync(_retryAfter - TimeSpan.FromMinutes(1));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2.5), async () => !await outbox.HoldsAsync(entry));

        Assert.Equal(2, _receiver.Received.Count);
    }

    [Fact]
    public async Task Outbox_EnteredAndNeverReleased_ComesUpByItself()
    {
        _receiver.Answer = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var jobId = await _cluster.SubmitAsync("1", with: job => job with { Webhook = _receiver.Url });
        await _receiver.WaitForAsync(1);
        _receiver.Answer = _ => Task.CompletedTask;

        // As a silo leaves it that dies after writing the end, and all others with it.
        await _cluster.Orleans.DeactivateAsync(_cluster.Grains.Webhook(Entry(jobId).Receiver));
        await Outbox.EnterAsync(Entry(jobId));

        await _clock.PassUntilAsync(TimeSpan.FromMinutes(2), async () => !await Outbox.HoldsAsync(Entry(jobId)));
        Assert.Equal(2, _receiver.Received.Count);
    }

    [Fact]
    public async Task Reminder_NothingDeliveredForMinutes_IsGone()
    {
        var jobId = await _cluster.SubmitAsync("1", with: job => job with { Webhook = _receiver.Url });
        await _receiver.WaitForAsync(1);
        var receiver = Entry(jobId).Receiver;
        Assert.NotEmpty(await _cluster.FindInStoreAsync(receiver));

        await _clock.PassAsync(TimeSpan.FromMinutes(5));
        await _clock.PassUntilAsync(TimeSpan.FromMinutes(3), async () => (await _cluster.FindInStoreAsync(receiver)).Length == 0);
    }

    [Fact]
    public async Task Delivery_WaitsTooLongForASlowReceiver_IsGivenUp()
    {
        _receiver.Answer = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var first = await _cluster.SubmitAsync("1", with: job => job with { Webhook = _receiver.Url });
        await _receiver.WaitForAsync(1);
        var second = await _cluster.SubmitAsync("2", with: job => job with { Webhook = _receiver.Url });
        await _cluster.EndOfAsync(second);
        await Eventually.HoldsAsync(
            async () => (await Outbox.PeekAsync(Entry(second).Receiver, 2)) is [_, _] both && both.All(item => item.DueAt <= _clock.GetUtcNow()), "both are due");

        // One jump: the first one's try times out, and the second one's turn has not come for longer than it waits.
        _clock.Advance(TimeSpan.FromMinutes(16));

        await _clock.PassUntilAsync(TimeSpan.FromMinutes(1), async () => !await Outbox.HoldsAsync(Entry(second)));
        Assert.DoesNotContain(_receiver.Received, message => message.Text.Contains(second, StringComparison.Ordinal));
        Assert.Contains(_receiver.Received, message => message.Text.Contains(first, StringComparison.Ordinal));
    }

    private Outbox Outbox => _cluster.Orleans.GetSiloServiceProvider().GetRequiredService<Outbox>();

    private OutboxEntry Entry(string jobId) => OutboxEntry.Of(TestCluster.User, _receiver.Url, "webhook.0", _cluster.Job(jobId).GetGrainId());

    /// <summary>Runs a job whose webhook's first try fails; the second one will not. Returns its id.</summary>
    private async Task<string> FailFirstTryAsync(string input)
    {
        _receiver.Answer = http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var jobId = await _cluster.SubmitAsync(input, with: job => job with { Webhook = _receiver.Url });
        await Eventually.HoldsAsync(async () => await Outbox.PeekAsync(Entry(jobId).Receiver, 1) is [{ Tries: 1 }], "the first try is noted");
        _receiver.Answer = _ => Task.CompletedTask;
        return jobId;
    }
}
