using Microsoft.Extensions.Logging;
using RunPod.Contracts;

namespace RunPod.Grains.Inference;

internal sealed partial class Worker
{
    public bool IsRunning => Held().Length > 0;

    /// <summary>Ends when the worker, told to take no more jobs, has finished those that it had.</summary>
    public Task Finished { get; }

    /// <summary>Stops the attempts that the worker holds and gives their jobs back.</summary>
    public Task HandBackAsync() => Task.WhenAll(Held().Select(HandBackAsync));

    private async Task HandBackAsync(RunningAttempt attempt)
    {
        attempt.Abandon();
        var assignment = attempt.Assignment;
        try
        {
            // The job first: a worker that the queue gives it to begins the next attempt.
            if (attempt.Number == 0 || await _services.Grains.Job(assignment.EndpointId, assignment.JobId).HandBackAsync(attempt.Number))
            {
                await _services.Grains.Queue(assignment.EndpointId).HandBackAsync(assignment);
                LogHandedBack(assignment.JobId);
            }
        }
        catch (Exception exception)
        {
            // Its lease ends with this silo.
            LogGivenUp(assignment.JobId, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} goes back to its queue, since this worker stops")]
    private partial void LogHandedBack(string jobId);
}
