using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects;

/// <summary>Deletes once a day, first at the start, what killed processes have left in the local store. Several may do it in one folder.</summary>
internal sealed partial class LocalObjectSweep(IObjectStore store, IOptions<ObjectStoreOptions> options, TimeProvider clock, ILogger<LocalObjectSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWrite = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not LocalObjectStore local)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), clock);
        do
        {
            // Many files take a while, which the start does not wait for.
            await Task.Run(() => Sweep(local, stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Sweep(LocalObjectStore local, CancellationToken stoppingToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            local.DeleteUnfinished(olderThan: now - LongestWrite);
            if (local.DeleteForgotten(olderThan: now - options.Value.ForgottenAfter, stoppingToken) is > 0 and var deleted)
            {
                LogForgotten(deleted);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} files were deleted that their jobs had left behind")]
    private partial void LogForgotten(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files that jobs have left behind could not be deleted; the next try is in a day")]
    private partial void LogFailed(Exception exception);
}
