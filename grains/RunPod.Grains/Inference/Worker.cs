using Microsoft.Extensions.Logging;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Grains.Endpoints;
using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// The life of one device slot, on tasks of its own: loads its endpoints' models, takes a job from one queue after another, runs it,
/// and tells every queue, each at its own pace, what it is doing. Runs one attempt at a time, beside which outputs of earlier ones are stored.
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

    // All attempts that it has a lease for: the one on the slot, and those whose output is being stored and reported.
    private readonly List<RunningAttempt> _held = [];

    // What an idle worker waits on: an attempt that a queue pushes, or null to look at all queues again. Null while it is not idle.
    private TaskCompletionSource<RunningAttempt?>? _idle;
    private bool _lookAgain;
    private long _order;
    private int _nextEndpoint;
    // The one on the slot.
    private RunningAttempt? _attempt;

    public Worker(WorkerIdentity identity, InferenceDevice device, IEnumerable<ServedEndpoint> endpoints, WorkerServices services)
    {
        _identity = identity;
        _device = device;
        _endpoints = [.. endpoints.Where(endpoint => endpoint.MayRunOn(device.Id)).Select(endpoint => new WorkerEndpoint(endpoint))];
        _services = services;
        _logger = services.Logger;
        _runner = new AttemptRunner(identity, services);
        _thread = new ModelThread(identity.WorkerId);
        Finished = Task.Run(WorkAsync);
        _running = Task.WhenAll([Task.Run(LoadAsync), Finished, .. _endpoints.Select(endpoint => Task.Run(() => HeartbeatAsync(endpoint)))]);
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

            _idle.SetResult(Hold(assignment, _services.Clock.GetTimestamp()));
            _idle = null;
            return true;
        }
    }

    /// <summary>Stops an attempt if it runs here.</summary>
    public void Stop(string endpointId, string jobId, int number)
    {
        foreach (var attempt in Held().Where(attempt => attempt.Assignment.EndpointId == endpointId && attempt.Assignment.JobId == jobId))
        {
            attempt.Stop(number);
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
            if (await NextAsync() is { } attempt)
            {
                await Task.WhenAny(attempt.Ended = RunAsync(attempt), attempt.LeftSlot);
                lock (_gate)
                {
                    _attempt = null;
                }
            }
        }

        if (!_stopping.IsCancellationRequested)
        {
            // The queues learn now, and not with the next heartbeat, that this worker takes nothing more.
            await Task.WhenAll(_endpoints.Select(TellAsync));
        }

        await Task.WhenAll(Held().Select(attempt => attempt.Ended));
    }

    private async Task RunAsync(RunningAttempt attempt)
    {
        var assignment = attempt.Assignment;
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
            lock (_gate)
            {
                _held.Remove(attempt);
            }

            attempt.Dispose();
        }
    }

    /// <summary>To be called under the gate, in one step with whatever told of the lease.</summary>
    private RunningAttempt Hold(Assignment assignment, long askedAt)
    {
        _held.Add(_attempt = new RunningAttempt(assignment, askedAt, _stopping.Token));
        return _attempt;
    }

    private RunningAttempt[] Held()
    {
        lock (_gate)
        {
            return [.. _held];
        }
    }

    /// <summary>Asks the queues in turn, so that none starves behind a busy one; then waits until one pushes a job. Null: look again.</summary>
    private async Task<RunningAttempt?> NextAsync()
    {
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var endpoint = _endpoints[_nextEndpoint];
            _nextEndpoint = (_nextEndpoint + 1) % _endpoints.Length;
            if (endpoint is { Runtime: not null, IsSilent: false } && await TakeAsync(endpoint) is { } attempt)
            {
                return attempt;
            }
        }

        Task<RunningAttempt?> pushed;
        lock (_gate)
        {
            if (_lookAgain)
            {
                _lookAgain = false;
                return null;
            }

            _idle = new TaskCompletionSource<RunningAttempt?>(TaskCreationOptions.RunContinuationsAsynchronously);
            pushed = _idle.Task;
        }

        return await pushed;
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


    [LoggerMessage(Level = LogLevel.Debug, Message = "Job {JobId} was stopped")]
    private partial void LogAbandoned(string jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} was given up; its lease will end")]
    private partial void LogGivenUp(string jobId, Exception exception);
}
