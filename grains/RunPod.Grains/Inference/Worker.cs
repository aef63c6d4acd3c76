using Microsoft.Extensions.Logging;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Grains.Endpoints;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// The life of one device slot, on tasks of its own: loads its endpoints' models, takes a job from one queue after another, runs it,
/// and tells every queue each heartbeat what it is doing. Runs one attempt at a time.
/// </summary>
internal sealed partial class Worker : IAsyncDisposable
{
    private readonly WorkerIdentity _identity;
    private readonly InferenceDevice _device;
    private readonly WorkerEndpoint[] _endpoints;
    private readonly WorkerServices _services;
    private readonly AttemptRunner _runner;
    private readonly ModelThread _thread;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Task _running;

    // What an idle worker waits on: an assignment that a queue pushes, or null to look at all queues again. Null while it is not idle.
    private TaskCompletionSource<Assignment?>? _idle;
    private bool _lookAgain;
    private long _order;
    private int _nextEndpoint;
    private volatile RunningAttempt? _attempt;

    public Worker(WorkerIdentity identity, InferenceDevice device, IEnumerable<ServedEndpoint> endpoints, WorkerServices services)
    {
        _identity = identity;
        _device = device;
        _endpoints = [.. endpoints.Where(endpoint => endpoint.MayRunOn(device.Id)).Select(endpoint => new WorkerEndpoint(endpoint))];
        _services = services;
        _logger = services.Logger;
        _runner = new AttemptRunner(identity, services.Grains, services.Stores, services.Streams, services.MaxOutputBytes, services.Clock, services.Logger);
        _thread = new ModelThread(identity.WorkerId);
        Finished = Task.Run(WorkAsync);
        _running = Task.WhenAll(Task.Run(LoadAsync), Task.Run(HeartbeatAsync), Finished);
    }

    /// <summary>Accepts a job that a queue pushes, or answers false if the worker is not idle (it will ask that queue again).</summary>
    public bool TryAccept(Assignment assignment)
    {
        lock (_gate)
        {
            if (_idle is null)
            {
                _lookAgain = true;
                return false;
            }

            _idle.SetResult(assignment);
            _idle = null;
            return true;
        }
    }

    /// <summary>Stops an attempt if it runs here.</summary>
    public void Stop(string endpointId, string jobId, int number)
    {
        if (_attempt is { } attempt && attempt.Assignment.EndpointId == endpointId && attempt.Assignment.JobId == jobId && (attempt.Number == 0 || attempt.Number == number))
        {
            attempt.Abandon();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        LookAgain();
        await _running;
        _thread.Dispose();
        _stopping.Dispose();
    }

    private async Task WorkAsync()
    {
        using var wake = _services.Stopping.Register(LookAgain);
        while (!_stopping.IsCancellationRequested && !_services.Stopping.IsCancellationRequested)
        {
            if (await NextAsync() is not { } assignment)
            {
                continue;
            }

            using var attempt = _attempt = new RunningAttempt(assignment, _stopping.Token);
            try
            {
                var runtime = _endpoints.First(endpoint => endpoint.Id == assignment.EndpointId).Runtime!;
                await _runner.RunAsync(attempt, runtime, _thread);
            }
            catch (OperationCanceledException) when (attempt.Abandoned.IsCancellationRequested)
            {
                LogAbandoned(assignment.JobId);
            }
            catch (Exception exception)
            {
                LogGivenUp(assignment.JobId, exception);
            }
            finally
            {
                _attempt = null;
            }
        }

        if (!_stopping.IsCancellationRequested)
        {
            // The queues learn now, and not with the next heartbeat, that this worker takes nothing more.
            await Task.WhenAll(_endpoints.Select(TellAsync));
        }
    }

    /// <summary>Asks the queues in turn, so that none starves behind a busy one; then waits until one pushes a job. Null: look again.</summary>
    private async Task<Assignment?> NextAsync()
    {
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var endpoint = _endpoints[_nextEndpoint];
            _nextEndpoint = (_nextEndpoint + 1) % _endpoints.Length;
            if (endpoint.Runtime is not null && await TakeAsync(endpoint.Id) is { } assignment)
            {
                return assignment;
            }
        }

        Task<Assignment?> pushed;
        lock (_gate)
        {
            if (_lookAgain)
            {
                _lookAgain = false;
                return null;
            }

            _idle = new TaskCompletionSource<Assignment?>(TaskCreationOptions.RunContinuationsAsynchronously);
            pushed = _idle.Task;
        }

        return await pushed;
    }

    private async Task<Assignment?> TakeAsync(string endpointId)
    {
        try
        {
            return await _services.Grains.Queue(endpointId).TakeAsync(_identity, Interlocked.Increment(ref _order));
        }
        catch (Exception exception)
        {
            // The next heartbeat tells the queue that this worker is idle.
            LogQueueUnreachable(endpointId, exception);
            return null;
        }
    }

    private void LookAgain()
    {
        lock (_gate)
        {
            _lookAgain = _idle is null;
            _idle?.SetResult(null);
            _idle = null;
        }
    }

    private async Task HeartbeatAsync()
    {
        using var timer = new PeriodicTimer(_services.Heartbeat, _services.Clock);
        try
        {
            do
            {
                await Task.WhenAll(_endpoints.Select(TellAsync));
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task TellAsync(WorkerEndpoint endpoint)
    {
        var order = Interlocked.Increment(ref _order);
        var attempt = _attempt;
        var own = attempt?.Assignment.EndpointId == endpoint.Id ? attempt : null;
        try
        {
            var isHeld = await _services.Grains.Queue(endpoint.Id).HeartbeatAsync(new WorkerHeartbeat
            {
                Worker = _identity,
                State = endpoint.StateDuring(attempt, _services.Stopping.IsCancellationRequested),
                Reason = endpoint.UnhealthyReason,
                Lease = own?.Assignment,
                Order = order,
            });
            if (!isHeld)
            {
                own?.Abandon();
            }
        }
        catch (Exception exception)
        {
            LogQueueUnreachable(endpoint.Id, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Job {JobId} was stopped")]
    private partial void LogAbandoned(string jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} was given up; its lease will end")]
    private partial void LogGivenUp(string jobId, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The queue of {EndpointId} could not be reached")]
    private partial void LogQueueUnreachable(string endpointId, Exception exception);
}
