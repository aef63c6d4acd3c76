namespace RunPod.Silo.Store;

/// <summary>Passes on warnings and worse, until silenced; at lower levels Garnet reports every checkpoint.</summary>
internal sealed class WarningLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private volatile bool _silent;

    /// <summary>Ends all output: during a stop Garnet reports its own cancelled tasks as errors.</summary>
    public void Silence() => _silent = true;

    public ILogger CreateLogger(string categoryName) => new WarningLogger(this, inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The inner factory belongs to the host.
    }

    private sealed class WarningLogger(WarningLoggerFactory owner, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && !owner._silent && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
