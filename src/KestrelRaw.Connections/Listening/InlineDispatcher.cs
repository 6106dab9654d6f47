using KestrelRaw.Connections.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// Runs the handlers of one listener's connections on the thread that has news of them, and does what Kestrel does for
/// those that it runs: disposes the connection at the end, logs an exception, and knows when all have ended.
/// </summary>
internal sealed partial class InlineDispatcher(ConnectionDelegate pipeline, string endpoint, TimeProvider timeProvider, ILogger logger)
{
    private readonly TaskCompletionSource _isEmpty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogThrottle _failures = new(timeProvider);
    private readonly LogThrottle _failedEnds = new(timeProvider);
    private int _running;
    private volatile bool _isLast;

    public void Start(AcceptedConnection connection)
    {
        Interlocked.Increment(ref _running);
        _ = RunAsync(connection);
    }

    /// <summary>To be called when no further connection will start: completes when all have ended.</summary>
    public Task WaitEmptyAsync(CancellationToken cancellationToken)
    {
        _isLast = true;
        SignalIfEmpty();
        return _isEmpty.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Owned by the count: a listener that ends waits for it.</summary>
    private async Task RunAsync(AcceptedConnection connection)
    {
        try
        {
            await pipeline(connection);
        }
        catch (Exception exception)
        {
            connection.TrySetOutcome(HandlerOutcomeMiddleware.OutcomeOf(exception));
            LogLevel level = _failures.Throttle(LogLevel.Error, out long untold);
            Log.HandlerFailed(logger, level, endpoint, connection.ConnectionId, untold, exception);
        }

        await EndAsync(connection);
        if (Interlocked.Decrement(ref _running) == 0)
        {
            SignalIfEmpty();
        }
    }

    /// <summary>In Kestrel's order; the connection is closed whatever the callbacks do.</summary>
    private async ValueTask EndAsync(AcceptedConnection connection)
    {
        try
        {
            try
            {
                await connection.FireCompletedAsync();
            }
            finally
            {
                await connection.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            LogLevel level = _failedEnds.Throttle(LogLevel.Error, out long untold);
            Log.EndFailed(logger, level, endpoint, connection.ConnectionId, untold, exception);
        }
    }

    private void SignalIfEmpty()
    {
        // Either the last connection sees that it is the last, or the one who waits sees that there is none.
        Interlocked.MemoryBarrier();
        if (_isLast && Volatile.Read(ref _running) == 0)
        {
            _isEmpty.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 8, Message = "Endpoint {Endpoint}: the handler of connection {ConnectionId} threw an exception ({Untold} others since the last such line)", EventName = "InlineHandlerFailed")]
        public static partial void HandlerFailed(ILogger logger, LogLevel level, string endpoint, string connectionId, long untold, Exception error);

        [LoggerMessage(EventId = 9, Message = "Endpoint {Endpoint}: the end of connection {ConnectionId} failed ({Untold} others since the last such line)", EventName = "InlineEndFailed")]
        public static partial void EndFailed(ILogger logger, LogLevel level, string endpoint, string connectionId, long untold, Exception error);
    }
}
