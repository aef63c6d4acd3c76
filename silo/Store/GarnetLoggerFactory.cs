namespace RunPod.Silo.Store;

/// <summary>Passes on Garnet's warnings and worse, until silenced; at lower levels it reports every checkpoint.</summary>
internal sealed class GarnetLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private volatile bool _silent;

    /// <summary>Ends all output: during a stop Garnet reports its own cancelled tasks as errors.</summary>
    public void Silence() => _silent = true;

    public ILogger CreateLogger(string categoryName) => new GarnetLogger(this, inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The inner factory belongs to the host.
    }

    private sealed class GarnetLogger(GarnetLoggerFactory owner, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && !owner._silent && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && !IsAboutInterruptedCheckpoint(formatter(state, exception)))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        // A checkpoint that a kill interrupted is skipped: the one before it and the log hold everything, else Garnet does not start.
        private static bool IsAboutInterruptedCheckpoint(string message) =>
            message.StartsWith("Skipping unreadable", StringComparison.Ordinal) || message.StartsWith("Unable to read any of the", StringComparison.Ordinal);
    }
}
