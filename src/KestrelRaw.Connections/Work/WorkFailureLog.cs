using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Work;

/// <summary>What the work threw. When a back end is gone every connection fails, for the same reason.</summary>
internal sealed partial class WorkFailureLog(string endpoint, TimeProvider timeProvider, ILogger logger)
{
    private readonly LogThrottle _throttle = new(timeProvider);

    public void Report(string connectionId, Exception exception)
    {
        LogLevel level = _throttle.Throttle(LogLevel.Warning, out long untold);
        if (level != LogLevel.Debug)
        {
            // Where time ran out is no news.
            Failed(logger, endpoint, connectionId, exception.Message, untold, exception is TimeoutException ? null : exception);
        }
        else
        {
            AlsoFailed(logger, endpoint, connectionId, exception.Message);
        }
    }

    [LoggerMessage(33, LogLevel.Warning, "Endpoint {Endpoint}: the work of connection {ConnectionId} failed: {Error} ({Untold} others since the last such line)", EventName = "WorkFailed")]
    private static partial void Failed(ILogger logger, string endpoint, string connectionId, string error, long untold, Exception? exception);

    [LoggerMessage(34, LogLevel.Debug, "Endpoint {Endpoint}: the work of connection {ConnectionId} failed: {Error}", EventName = "WorkAlsoFailed")]
    private static partial void AlsoFailed(ILogger logger, string endpoint, string connectionId, string error);
}
