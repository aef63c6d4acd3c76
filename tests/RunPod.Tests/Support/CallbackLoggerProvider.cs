using Microsoft.Extensions.Logging;

namespace RunPod.Tests.Support;

/// <summary>Hands every message to the test.</summary>
internal sealed class CallbackLoggerProvider(Action<string> onMessage) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        onMessage(formatter(state, exception));

    public void Dispose()
    {
    }
}
