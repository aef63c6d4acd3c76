namespace RunPod.Silo.Startup;

/// <summary>
/// Ends the process when a stop goes on past <see cref="SiloOptions.ShutdownTimeout"/>. Without the store Orleans waits another minute to sign off;
/// the others find a silo that is gone by themselves, and nothing is lost with it.
/// </summary>
internal sealed partial class StopLimit(IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<StopLimit> logger)
{
    // For what ends in order when the timeout cuts it short.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public void Begin(TimeSpan timeout) => lifetime.ApplicationStopping.Register(() => _ = EndAsync(timeout));

    private async Task EndAsync(TimeSpan timeout)
    {
        await Task.Delay(timeout + Grace, clock);
        LogCutShort((int)timeout.TotalSeconds);
        Environment.Exit(1);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The stop was cut short after {Seconds} s (Silo:ShutdownTimeout); other silos take over what ran here")]
    private partial void LogCutShort(int seconds);
}
