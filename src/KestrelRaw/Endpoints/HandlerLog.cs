using System.Buffers;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Endpoints;

/// <summary>What the connection handlers write, in either model.</summary>
internal sealed partial class HandlerLog(ILogger<HandlerLog> logger)
{
    public ILogger Logger => logger;

    /// <summary>Escaping costs; look here first.</summary>
    public bool IsReceivedEnabled => logger.IsEnabled(LogLevel.Trace);

    public void Received(string endpoint, string connectionId, in ReadOnlySequence<byte> bytes) =>
        Received(logger, endpoint, connectionId, bytes.Length, ByteText.Escape(bytes));

    public void HandlerFailed(LogThrottle throttle, string endpoint, string connectionId, Exception exception)
    {
        LogLevel level = throttle.Throttle(LogLevel.Error, out long untold);
        HandlerFailed(logger, level, endpoint, connectionId, untold, exception);
    }

    public void ThreadNotStarted(LogThrottle throttle, string endpoint, string connectionId, string error)
    {
        LogLevel level = throttle.Throttle(LogLevel.Error, out long untold);
        ThreadNotStarted(logger, level, endpoint, connectionId, error, untold);
    }

    [LoggerMessage(30, LogLevel.Trace, "Endpoint {Endpoint}: connection {ConnectionId} sent {Count} bytes: {Bytes}", EventName = "Received")]
    private static partial void Received(ILogger logger, string endpoint, string connectionId, long count, string bytes);

    [LoggerMessage(EventId = 31, Message = "Endpoint {Endpoint}: the handler of connection {ConnectionId} failed ({Untold} others since the last such line)", EventName = "HandlerFailed")]
    private static partial void HandlerFailed(ILogger logger, LogLevel level, string endpoint, string connectionId, long untold, Exception exception);

    [LoggerMessage(EventId = 32, Message = "Endpoint {Endpoint}: connection {ConnectionId} was closed because no thread could be started for it; look at the limits on processes (ulimit -u, the container's pids) and memory: {Error} ({Untold} others since the last such line)", EventName = "ThreadNotStarted")]
    private static partial void ThreadNotStarted(ILogger logger, LogLevel level, string endpoint, string connectionId, string error, long untold);
}
