using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.TestHelpers;

/// <summary>Keeps what is logged, from a level on.</summary>
public sealed class CollectingLogger(LogLevel minimum = LogLevel.Trace) : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    public IEnumerable<LogEntry> Named(string eventName) => _entries.Where(entry => entry.EventName == eventName);

    /// <summary>From a level on; not what a machine that is short of processors brings about: nobody's fault.</summary>
    public IEnumerable<LogEntry> From(LogLevel least) =>
        _entries.Where(entry => entry.Level >= least && entry.EventName is not ("LoopHeld" or "LoopStuck" or "HeartbeatSlow"));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _entries.Enqueue(new LogEntry(logLevel, eventId.Name, formatter(state, exception)));
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Everything is collected here.");

    public void Dispose()
    {
    }
}

public sealed record LogEntry(LogLevel Level, string? EventName, string Message);
