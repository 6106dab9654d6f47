using Serilog;
using Serilog.Sinks.Async;

namespace KestrelRaw.Logging;

/// <summary>
/// Says how many log events were dropped because the console could not keep up: the connections never wait for it.
/// appsettings.json names the instance.
/// </summary>
public sealed class DroppedEventMonitor : IAsyncLogEventSinkMonitor, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _timeProvider;
    private readonly Action<long> _report;
    private readonly Action<long> _reportAtEnd;
    private IAsyncLogEventSinkInspector? _inspector;
    private ITimer? _timer;
    private long _reported;

    internal DroppedEventMonitor(TimeProvider timeProvider, Action<long> report, Action<long> reportAtEnd)
    {
        _timeProvider = timeProvider;
        _report = report;
        _reportAtEnd = reportAtEnd;
    }

    /// <summary>The one that reports to the process's log.</summary>
    public static DroppedEventMonitor Instance { get; } = new(
        TimeProvider.System,
        dropped => Log.Warning("{Count} log events were dropped since the start: the log can't be written as fast as it grows", dropped),
        dropped => Console.Error.WriteLine($"KestrelRaw: {dropped} log events were dropped in all"));

    /// <inheritdoc />
    public void StartMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        _inspector = inspector;
        _timer = _timeProvider.CreateTimer(static state => ((DroppedEventMonitor)state!).Check(), this, Interval, Interval);
    }

    /// <inheritdoc />
    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        Dispose();
        if (inspector.DroppedMessagesCount is long dropped and > 0)
        {
            // The log is closed by now.
            _reportAtEnd(dropped);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        if (_inspector is { DroppedMessagesCount: long dropped } && dropped > _reported)
        {
            _reported = dropped;
            _report(dropped);
        }
    }
}
