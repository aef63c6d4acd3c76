using Garnet.server;

namespace RunPod.Silo.Store;

/// <summary>Replaces the embedded store's log by a checkpoint whenever it has grown beyond its limit.</summary>
internal sealed partial class CheckpointLoop : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DurableGarnetServer _server;
    private readonly CheckpointGate _gate;
    private readonly ILogger _logger;
    private readonly long _limit;
    private readonly Task _running;

    public CheckpointLoop(DurableGarnetServer server, CheckpointGate gate, string limit, ILogger logger)
    {
        _server = server;
        _gate = gate;
        _limit = ServerOptions.ParseSize(limit, out _);
        _logger = logger;
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                if (_server.LogBytes > _limit)
                {
                    await CheckpointAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store stops.
        }
    }

    private async Task CheckpointAsync()
    {
        try
        {
            await _gate.RunAloneAsync(_server.CheckpointAsync);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The log still holds everything; the next tick tries again.
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The embedded store could not write a checkpoint; its log keeps growing until one succeeds")]
    private partial void LogFailed(Exception exception);
}
