using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RunPod.Grains.Inference;

/// <summary>
/// The graceful end of a silo's workers. From the moment the process is told to stop they take no job; what still runs after
/// <see cref="WorkerOptions.DrainTimeout"/> goes back to the head of its queue, and does not count as a lost attempt.
/// </summary>
internal sealed partial class WorkerDrain
{
    private readonly ConcurrentBag<Worker> _workers = [];
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    public WorkerDrain(IHostApplicationLifetime lifetime, IOptions<WorkerOptions> options, TimeProvider clock, ILogger<WorkerDrain> logger)
    {
        (_timeout, _clock, _logger) = (options.Value.DrainTimeout, clock, logger);
        Begun = lifetime.ApplicationStopping;

        // At once and not when the silo stops: that waits for the front end's requests first.
        Begun.Register(() => Ended = Task.Run(DrainAsync));
    }

    /// <summary>Cancelled when workers are to take no more jobs.</summary>
    public CancellationToken Begun { get; }

    /// <summary>Ends when no worker runs a job any more.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Add(Worker worker) => _workers.Add(worker);

    private async Task DrainAsync()
    {
        var running = _workers.Count(worker => worker.IsRunning);
        if (running > 0)
        {
            LogFinishing(running, _timeout);
        }

        try
        {
            await Task.WhenAll(_workers.Select(worker => worker.Finished)).WaitAsync(_timeout, _clock);
        }
        catch (TimeoutException)
        {
            await Task.WhenAll(_workers.Select(worker => worker.HandBackAsync()));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Running} running jobs have {Timeout} to finish, then they go back to their queue")]
    private partial void LogFinishing(int running, TimeSpan timeout);
}
