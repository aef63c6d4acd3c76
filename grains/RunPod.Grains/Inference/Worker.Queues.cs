using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Queues;

namespace RunPod.Grains.Inference;

/// <summary>What the worker and its queues tell each other. Every queue has its own pace, and a bounded time to answer, so that one which hangs holds nobody else back.</summary>
internal sealed partial class Worker
{
    private async Task HeartbeatAsync(WorkerEndpoint endpoint)
    {
        using var timer = new PeriodicTimer(_services.Heartbeat, _services.Clock);
        try
        {
            do
            {
                await TellAsync(endpoint);
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Tells a queue what the worker does, once for each of its leases that the worker holds, or once without.</summary>
    private Task TellAsync(WorkerEndpoint endpoint)
    {
        var own = Array.FindAll(Held(), attempt => attempt.Assignment.EndpointId == endpoint.Id);
        return own.Length == 0 ? TellAsync(endpoint, attempt: null) : Task.WhenAll(own.Select(attempt => TellAsync(endpoint, attempt)));
    }

    private async Task TellAsync(WorkerEndpoint endpoint, RunningAttempt? attempt)
    {
        var sentAt = _services.Clock.GetTimestamp();
        try
        {
            if (!await AskAsync(endpoint, _services.Grains.Queue(endpoint.Id).HeartbeatAsync(CreateHeartbeat(endpoint, attempt))))
            {
                attempt?.Abandon();
            }
            else if (attempt is not null)
            {
                attempt.RenewedAt = sentAt;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The leases end with this worker.
        }
        catch (Exception exception)
        {
            LogQueueUnreachable(endpoint.Id, exception);
            if (attempt is not null && _services.Clock.GetElapsedTime(attempt.RenewedAt) >= _services.Lease)
            {
                // By now the queue has given the job away, or will as soon as it looks.
                LogLeaseEnded(attempt.Assignment.JobId);
                attempt.Abandon();
            }
        }
    }

    private WorkerHeartbeat CreateHeartbeat(WorkerEndpoint endpoint, RunningAttempt? attempt)
    {
        // What is held and the message's number are of one moment: the queue takes back what an earlier message got and this one does not name.
        lock (_gate)
        {
            return new WorkerHeartbeat
            {
                Worker = _identity,
                State = endpoint.StateDuring(_attempt, _services.Stopping.IsCancellationRequested),
                Reason = endpoint.UnhealthyReason,
                Lease = attempt?.Assignment,
                Order = ++_order,
                Held = endpoint.IsAsked ? null : [.. _held.Where(held => held.Assignment.EndpointId == endpoint.Id).Select(held => held.Assignment.LeaseId)],
            };
        }
    }

    private async Task<RunningAttempt?> TakeAsync(WorkerEndpoint endpoint)
    {
        long order;
        lock (_gate)
        {
            order = ++_order;
            endpoint.IsAsked = true;
        }

        var askedAt = _services.Clock.GetTimestamp();
        Assignment? assignment = null;
        try
        {
            assignment = await AskAsync(endpoint, _services.Grains.Queue(endpoint.Id).TakeAsync(_identity, order));
        }
        catch (Exception exception)
        {
            // The next heartbeat tells the queue that this worker is idle, and holds no job that the answer may have named.
            LogQueueUnreachable(endpoint.Id, exception);
        }

        lock (_gate)
        {
            endpoint.IsAsked = false;
            return assignment is null ? null : Hold(assignment, askedAt);
        }
    }

    private async Task<T> AskAsync<T>(WorkerEndpoint endpoint, Task<T> call)
    {
        try
        {
            var answer = await call.WaitAsync(_services.AnswerTimeout, _services.Clock, _stopping.Token);
            NoteAnswer(endpoint);
            return answer;
        }
        catch (TimeoutException)
        {
            endpoint.IsSilent = true;
            NoteLateAnswerAsync(endpoint, call).Ignore();
            throw;
        }
    }

    private async Task NoteLateAnswerAsync<T>(WorkerEndpoint endpoint, Task<T> call)
    {
        await call;
        NoteAnswer(endpoint);
    }

    private void NoteAnswer(WorkerEndpoint endpoint)
    {
        if (endpoint.IsSilent)
        {
            endpoint.IsSilent = false;
            LookAgain();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The queue of {EndpointId} could not be reached")]
    private partial void LogQueueUnreachable(string endpointId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} is abandoned: its queue has not answered for as long as its lease lasts")]
    private partial void LogLeaseEnded(string jobId);
}
