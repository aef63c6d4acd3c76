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

    // Orleans' shortest period.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // Another silo's clock may still be in the bucket's minute.
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(2);

    private ExpiryBucket _bucket;
    private IGrainTimer? _timer;
    private Task _draining = Task.CompletedTask;

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
        await DrainAsync();
        if (clock.GetUtcNow() > _bucket.End + Linger && await index.IsEmptyAsync(_bucket))
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
        string[] due;
        var handled = new List<string>();
        do
        {
            due = await index.GetDueAsync(_bucket);
            handled.Clear();
            foreach (var chunk in due.Chunk(Concurrency))
            {
                var done = await Task.WhenAll(chunk.Select(ExpireAsync));
                handled.AddRange(chunk.Where((_, i) => done[i]));
            }

            if (handled.Count > 0)
            {
                await index.DropAsync(_bucket, handled);
            }
        }
        while (handled.Count > 0);
    }

    private async Task<bool> ExpireAsync(string key)
    {
        try
        {
            var (endpointId, id) = GrainKeys.SplitJobKey(key);
            return await (BatchIds.IsBatch(id) ? GrainFactory.Batch(endpointId, id).ExpireAsync() : GrainFactory.Job(key).ExpireAsync());
        }
        catch (Exception exception)
        {
            // The entry stays and is tried again; one must not hold up the others.
            LogExpireFailed(key, exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} could not be expired and will be tried again")]
    private partial void LogExpireFailed(string key, Exception exception);
}
