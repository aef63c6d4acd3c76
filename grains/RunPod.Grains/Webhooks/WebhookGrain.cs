using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RunPod.Contracts;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Store;

namespace RunPod.Grains.Webhooks;

/// <summary>
/// Delivers one receiver's outbox. All that counts is in the store, so a restart goes on where the last one was; the message itself is
/// fetched when its turn comes. A try counts once it is over: a crash in the middle repeats it. Reentrant, since sources enter webhooks
/// while it waits for sources.
/// </summary>
[Reentrant]
internal sealed partial class WebhookGrain(
    Outbox outbox,
    DeliverySlots slots,
    IWebhookSender sender,
    TimeProvider clock,
    IOptions<WebhookOptions> options,
    WebhookMetrics metrics,
    ILogger<WebhookGrain> logger) : Grain, IWebhookGrain, IRemindable, IDisposable
{
    private const string ReminderName = "outbox";

    // Orleans' shortest period.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // What IWebhookGrain promises; the outbox believes it for less.
    private static readonly TimeSpan StaysScheduled = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<OutboxEntry> _running = [];
    private readonly ReceiverPace _pace = new(options.Value.ConcurrencyPerReceiver);
    private IGrainTimer _wake = null!;
    private DateTimeOffset _ableSince;
    private DateTimeOffset _pausedUntil;
    private long _askedAt;
    private Task? _registered;
    private Task _unregistering = Task.CompletedTask;
    private bool _looking;
    private bool _lookAgain;

    private string Receiver => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _ableSince = clock.GetUtcNow();
        _askedAt = clock.GetTimestamp();
        _wake = this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async Task EnsureScheduledAsync()
    {
        _askedAt = clock.GetTimestamp();
        await _unregistering.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (_registered is null or { HasFailed: true })
        {
            _registered = this.RegisterOrUpdateReminder(ReminderName, ReminderPeriod, ReminderPeriod);
        }

        await _registered;
    }

    public Task DeliverDueAsync() => LookAsync();

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await LookAsync();
        if (IsQuiet() && await outbox.IsEmptyAsync(Receiver) && IsQuiet())
        {
            _registered = null;
            await (_unregistering = UnregisterAsync());
            DeactivateOnIdle();
        }
    }

    public void Dispose() => _stopping.Dispose();

    private bool IsQuiet() => _running.Count == 0 && clock.GetElapsedTime(_askedAt) > StaysScheduled;

    private async Task UnregisterAsync()
    {
        if (await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <summary>Begins with what is due, as far as there is room. One at a time; who comes meanwhile makes it look again.</summary>
    private async Task LookAsync()
    {
        _lookAgain = true;
        if (_looking)
        {
            return;
        }

        _looking = true;
        try
        {
            while (_lookAgain && !_stopping.IsCancellationRequested)
            {
                _lookAgain = false;
                await BeginDueAsync();
            }
        }
        catch (Exception exception)
        {
            // Nothing can be delivered, so nothing is late.
            _ableSince = clock.GetUtcNow();
            LogLookFailed(Receiver, exception);
            Pause();
        }
        finally
        {
            _looking = false;
        }
    }

    private async Task BeginDueAsync()
    {
        var free = _pace.Allowed - _running.Count;
        if (free <= 0 || clock.GetUtcNow() < _pausedUntil)
        {
            return;
        }

        var page = await outbox.PeekAsync(Receiver, _running.Count + free + 1);
        var (begin, lookAgainAt) = DeliveryRules.Plan(page, _running.Contains, free, clock.GetUtcNow());
        foreach (var item in begin)
        {
            _running.Add(item.Entry);
            _ = DeliverAsync(item);
        }

        if (lookAgainAt is { } at)
        {
            WakeAt(at);
        }
    }

    private async Task DeliverAsync(OutboxItem item)
    {
        try
        {
            using var slot = await slots.EnterAsync(_stopping.Token);
            await TryAsync(item);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The entry is still due; the next activation finds it.
        }
        catch (Exception exception)
        {
            // Not the receiver's fault: a lost silo, the store. The entry stays as it is.
            LogFault(item.Entry.Source, exception);
            Pause();
        }
        finally
        {
            _running.Remove(item.Entry);
        }

        await LookAsync();
    }

    private async Task TryAsync(OutboxItem item)
    {
        if (DeliveryRules.IsOverdue(item, _ableSince, options.Value, clock.GetUtcNow()))
        {
            await GiveUpAsync(item.Entry, item.Tries);
            return;
        }

        if (await GrainFactory.GetGrain<IWebhookSource>(item.Entry.Source).GetDeliveryAsync(item.Entry.Hook) is not { } delivery)
        {
            await outbox.RemoveUnchangedAsync(item);
            return;
        }

        var secrets = await GrainFactory.User(delivery.UserId).GetWebhookSecretsAsync();
        var outcome = await sender.SendAsync(delivery, secrets.Valid, _stopping.Token);
        _pace.Note(outcome == WebhookOutcome.Delivered);
        metrics.Tried(outcome);
        if (outcome == WebhookOutcome.Delivered)
        {
            await outbox.RemoveAsync(item.Entry);
            return;
        }

        LogNotDelivered(item.Entry.Source, item.Tries + 1, outcome);
        await (DeliveryRules.After(item, outcome, options.Value, clock.GetUtcNow()) is { } next ? outbox.SetAsync(next) : GiveUpAsync(item.Entry, item.Tries + 1));
    }

    private async Task GiveUpAsync(OutboxEntry entry, int tries)
    {
        await outbox.RemoveAsync(entry);
        metrics.GivenUp();
        LogGivenUp(entry.Source, tries);
    }

    private void Pause()
    {
        _pausedUntil = clock.GetUtcNow() + PauseAfterFault;
        WakeAt(_pausedUntil);
    }

    private void WakeAt(DateTimeOffset at)
    {
        var wait = at - clock.GetUtcNow();
        _wake.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Try {Try} to deliver the webhook of {Source} ended as {Outcome}")]
    private partial void LogNotDelivered(GrainId source, int @try, WebhookOutcome outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "The webhook of {Source} was given up after {Tries} tries")]
    private partial void LogGivenUp(GrainId source, int tries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook of {Source} could not be prepared or noted and will be tried again")]
    private partial void LogFault(GrainId source, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox of receiver {Receiver} could not be read and will be tried again")]
    private partial void LogLookFailed(string receiver, Exception exception);
}
