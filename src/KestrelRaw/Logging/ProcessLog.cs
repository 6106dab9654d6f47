using Serilog;
using Serilog.Core;
using Serilog.Debugging;

namespace KestrelRaw.Logging;

/// <summary>The log of this process from here to the end, which it does not hold up: whoever reads it may have stopped.</summary>
internal sealed class ProcessLog : IAsyncDisposable
{
    /// <summary>For the 10,000 events that may wait, and a reader that is slow.</summary>
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(5);

    private readonly Logger _logger;
    private readonly TextWriter _error;
    private readonly TimeProvider _timeProvider;
    private readonly UnwrittenEvents _unwritten;

    public ProcessLog(Logger logger, TextWriter error, TimeProvider timeProvider)
    {
        (_logger, _error, _timeProvider) = (logger, error, timeProvider);
        _unwritten = new UnwrittenEvents(timeProvider, static count => Log.Warning("{Count} log events could not be written since the start", count));
        SelfLog.Enable(_unwritten.OnMessage);
        Log.Logger = logger;
    }

    /// <summary>Waits for the last events to be written, for so long.</summary>
    public async ValueTask DisposeAsync()
    {
        _unwritten.Dispose();
        if (!await EndsInTimeAsync(_logger.Dispose))
        {
            await TellAsync($"the log's last events are lost: nobody took them within {ToClose.TotalSeconds:0} s");
        }
        else if (_unwritten.Count > 0)
        {
            await TellAsync($"{_unwritten.Count} log events could not be written in all");
        }
    }

    /// <summary>The standard error may be where nobody reads, too.</summary>
    private Task<bool> TellAsync(string what) => EndsInTimeAsync(() => _error.WriteLine($"KestrelRaw: {what}"));

    /// <summary>On another thread, which is left behind when it does not come back: it ends with the process.</summary>
    private async Task<bool> EndsInTimeAsync(Action action)
    {
        try
        {
            await Task.Run(action).WaitAsync(ToClose, _timeProvider);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
