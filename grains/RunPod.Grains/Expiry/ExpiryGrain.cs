using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Expiry;

namespace RunPod.Grains.Expiry;

/// <summary>
/// One minute's deadlines. A reminder wakes the grain when the minute begins; from then to its end a timer looks every
/// <see cref="ExpiryOptions.Resolution"/>, afterwards the reminder alone, each minute until nothing is left.
/// Reentrant, since jobs and batches ask it to be scheduled while it waits for them.
/// </summary>
[Reentrant]
internal sealed partial class ExpiryGrain(ExpiryIndex index, TimeProvider clock, IOptions<ExpiryOptions> options, ILogger<ExpiryGrain> logger)
    : Grain, IExpiryGrain, IRemindable
{
    private const string ReminderName = "expiry";
    private const int Concurrency = 32;

    // A grain call's 30 seconds are not to pass while the reminder is served.
    private static readonly TimeSpan ReminderWait = TimeSpan.FromSeconds(10);

    // What fails is put off by half of the time since its minute began: each time by half as long again.
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    // Orleans' shortest period.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // Another silo's clock may still be in the bucket's minute.
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(2);

    private ExpiryBucket _bucket;
    private IGrainTimer? _timer;
    private Task _draining = Task.CompletedTask;
    private DateTimeOffset _pausedUntil;
    private DateTimeOffset _silentUntil;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _bucket = ExpiryBucket.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task EnsureScheduledAsync()
    {
        var untilStart = _bucket.Start - clock.GetUtcNow();
        await this.RegisterOrUpdateReminder(ReminderName, untilStart > TimeSpan.Zero ? untilStart : TimeSpan.Zero, ReminderPeriod);
        if (untilStart <= ExpiryOptions.ClockTolerance)
        {
            StartWatching();
        }
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        StartWatching();
        var draining = DrainAsync();
        await draining.WaitAsync(ReminderWait, clock).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (draining.IsCompleted && clock.GetUtcNow() > _bucket.End + Linger && await index.IsEmptyAsync(_bucket))
        {
            if (await this.GetReminder(ReminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }

            DeactivateOnIdle();
        }
    }

    private void StartWatching()
    {
        if (clock.GetUtcNow() < _bucket.End + ExpiryOptions.ClockTolerance)
        {
            _timer ??= this.RegisterGrainTimer(WatchAsync, new GrainTimerCreationOptions(TimeSpan.Zero, options.Value.Resolution) { KeepAlive = true, Interleave = true });
        }
    }

    private async Task WatchAsync()
    {
        await DrainAsync();
        if (clock.GetUtcNow() >= _bucket.End + ExpiryOptions.ClockTolerance)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private Task DrainAsync() => _draining.IsCompleted ? _draining = DrainCoreAsync() : _draining;

    private async Task DrainCoreAsync()
    {
        var failed = 0;
        Exception? first = null;
        try
        {
            string[] due = [];
            do
            {
                due = clock.GetUtcNow() < _pausedUntil ? [] : await index.GetDueAsync(_bucket);
                foreach (var chunk in due.Chunk(Concurrency))
                {
                    var outcomes = await Task.WhenAll(chunk.Select(ExpireAsync));
                    await StoreAsync(outcomes);
                    failed += outcomes.Count(outcome => outcome.Fault is not null);
                    first ??= outcomes.FirstOrDefault(outcome => outcome.Fault is not null).Fault;
                }
            }
            while (due.Length == ExpiryIndex.PageSize);
        }
        catch (Exception exception)
        {
            first ??= exception;
            _pausedUntil = clock.GetUtcNow() + PauseAfterOutage;
        }

        if (first is not null && clock.GetUtcNow() >= _silentUntil)
        {
            _silentUntil = clock.GetUtcNow() + BetweenWarnings;
            LogNotExpired(_bucket, failed, first);
        }
    }

    private async Task StoreAsync(IReadOnlyCollection<(string Key, bool IsDone, Exception? Fault)> outcomes)
    {
        var now = clock.GetUtcNow();
        var delay = TimeSpan.FromTicks(Math.Clamp((now - _bucket.Start).Ticks / 2, ShortestDelay.Ticks, LongestDelay.Ticks));
        foreach (var group in outcomes.GroupBy(outcome => (outcome.IsDone, HasFailed: outcome.Fault is not null), outcome => outcome.Key))
        {
            // One whose deadline is still to come by its silo's clock, or has moved, is looked at with the next ones.
            await (group.Key.IsDone ? index.DropAsync(_bucket, group) : index.PutOffAsync(_bucket, group, now + (group.Key.HasFailed ? delay : options.Value.Resolution)));
        }
    }

    private async Task<(string Key, bool IsDone, Exception? Fault)> ExpireAsync(string key)
    {
        try
        {
            var (endpointId, id) = GrainKeys.SplitJobKey(key);
            return (key, await (BatchIds.IsBatch(id) ? GrainFactory.Batch(endpointId, id).ExpireAsync() : GrainFactory.Job(key).ExpireAsync()), null);
        }
        catch (Exception exception)
        {
            // The entry stays and is tried again; one must not hold up the others.
            return (key, false, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was due in expiry bucket {Bucket} could not all be done and will be tried again; {Failed} jobs or batches failed")]
    private partial void LogNotExpired(ExpiryBucket bucket, int failed, Exception exception);
}
